package main

import (
	"embed"
	"regexp"
	"strings"
)

//go:embed *.go
var sources embed.FS

// place is a line of this program, with its function as Go's runtime prints it.
type place struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

var (
	marked   = regexp.MustCompile(`// mark: ([\w-]+)$`)
	function = regexp.MustCompile(`^func (?:\(\w+ (\*?)(\w+)\) )?(\w+)\(`)
)

// marks are the lines that the sources themselves name in a comment at the end of the line ("mark:" and a name): who
// waits, who lets go, who is innocent. Read from the very sources the program was built from.
func marks() map[string]place {
	found := map[string]place{}
	files, err := sources.ReadDir(".")
	if err != nil {
		panic("no sources are embedded: " + err.Error())
	}
	for _, file := range files {
		text, err := sources.ReadFile(file.Name())
		if err != nil {
			panic(err.Error())
		}
		within := ""
		for at, line := range strings.Split(string(text), "\n") {
			if head := function.FindStringSubmatch(line); head != nil {
				within = runtimeName(head)
			}
			if mark := marked.FindStringSubmatch(line); mark != nil {
				found[mark[1]] = place{Function: within, File: file.Name(), Line: at + 1}
			}
		}
	}
	return found
}

func runtimeName(head []string) string {
	switch pointer, receiver, name := head[1], head[2], head[3]; {
	case receiver == "":
		return "main." + name
	case pointer == "":
		return "main." + receiver + "." + name
	default:
		return "main.(*" + receiver + ")." + name
	}
}
