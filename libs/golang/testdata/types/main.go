// Prints map types as reflect sees them, one JSON object a line, with the address of each type descriptor; the first line
// is the address of main.anchor, so that the test knows where the program was loaded.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"unsafe"
)

type order struct {
	id    [20]byte
	items []string
}

type kind struct {
	Address  string `json:"address"`
	Name     string `json:"name"`
	KeySize  int    `json:"keySizeBytes"`
	ElemSize int    `json:"elemSizeBytes"`
	KeyKind  string `json:"keyKind"`
	ElemKind string `json:"elemKind"`
}

type pair[K comparable, V any] struct {
	key   K
	value V
}

type named map[[3]string]func()

//go:noinline
func anchor() { fmt.Fprintln(os.Stderr) }

func print(values ...any) {
	for _, value := range values {
		t := reflect.TypeOf(value)
		err := json.NewEncoder(os.Stdout).Encode(kind{
			// An interface value is (type descriptor, data).
			Address:  fmt.Sprintf("%x", *(*uintptr)(unsafe.Pointer(&value))),
			Name:     t.String(),
			KeySize:  int(t.Key().Size()),
			ElemSize: int(t.Elem().Size()),
			KeyKind:  t.Key().Kind().String(),
			ElemKind: t.Elem().Kind().String(),
		})
		if err != nil {
			panic(err)
		}
	}
}

func main() {
	fmt.Printf("%x\n", reflect.ValueOf(anchor).Pointer())
	print(
		map[string]int{}, map[uint64]uint64{}, map[int32]bool{}, map[string][]string{}, map[*int]string{},
		map[any]any{}, map[float64]struct{}{}, map[[200]byte][300]int{}, map[uintptr]chan int{},
		map[pair[string, int8]]map[string]*order{}, map[[20]byte]order{}, map[struct{ a, b int }]unsafe.Pointer{},
	)
	print(map[bool]named{})
}
