// Prints the offsets of struct fields as the compiler laid them out, from the DWARF of the program that the first argument
// names (this program, built for any architecture): for every further argument "runtime.g.goid" a line "runtime.g.goid 152", or "runtime.g.goid -" where there is no such field.
package main

import (
	"debug/dwarf"
	"debug/elf"
	"fmt"
	"net/http"
	"os"
	"strings"
)

func fields(data *dwarf.Data) (map[string]int64, error) {
	found := map[string]int64{}
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if entry == nil || err != nil {
			return found, err
		}
		if entry.Tag != dwarf.TagStructType {
			continue
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		kind, err := data.Type(entry.Offset)
		if err != nil {
			return nil, err
		}
		for _, field := range kind.(*dwarf.StructType).Field {
			found[name+"."+field.Name] = field.ByteOffset
		}
		reader.SkipChildren()
	}
}

func main() {
	http.DefaultServeMux = http.NewServeMux()
	file, err := elf.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	data, err := file.DWARF()
	if err != nil {
		panic(err)
	}
	all, err := fields(data)
	if err != nil {
		panic(err)
	}
	for _, name := range os.Args[2:] {
		offset, known := all[name]
		if known {
			fmt.Println(name, offset)
		} else {
			fmt.Println(name, "-")
		}
	}
	if len(os.Args) > 1000 {
		// Never: keeps net/http.Request and net/url.URL in the program.
		fmt.Println(http.ListenAndServe(strings.Join(os.Args, ""), nil))
	}
}
