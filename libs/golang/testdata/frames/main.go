// Prints stacks as Go itself sees them, one JSON object a line: the return addresses of runtime.Callers and the frames
// that runtime.CallersFrames makes of them. The test reads the same addresses out of the program's file.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"time"
)

type frame struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

type stack struct {
	Name   string   `json:"name"`
	Pcs    []string `json:"pcs"`
	Frames []frame  `json:"frames"`
}

func print(name string, pcs []uintptr) {
	out := stack{Name: name}
	for _, pc := range pcs {
		out.Pcs = append(out.Pcs, fmt.Sprintf("%x", pc))
	}
	for frames := runtime.CallersFrames(pcs); ; {
		next, more := frames.Next()
		out.Frames = append(out.Frames, frame{next.Function, next.File, next.Line})
		if !more {
			break
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}

//go:noinline
func here(name string) {
	pcs := make([]uintptr, 64)
	print(name, pcs[:runtime.Callers(1, pcs)])
}

// Three calls deep, all inlined into the caller.
func outer(name string) { middle(name) }
func middle(name string) {
	inner(name)
}
func inner(name string) {
	here(name)
}

//go:noinline
func twice(name string) {
	outer(name + "/first")
	if len(name) > 0 {
		outer(name + "/second")
	}
}

type shape interface{ draw(name string) }
type circle struct{ radius int }
type square struct{ *circle }

func (c circle) draw(name string) { here(fmt.Sprint(name, c.radius)) }

//go:noinline
func generic[T any](name string, value T) {
	outer(fmt.Sprint(name, value))
}

func closure(name string) func() {
	return func() { outer(name) }
}

// The stacks of all goroutines: those that wait for a lock were taken inside the runtime.
func waiters() {
	records := make([]runtime.StackRecord, 64)
	n, _ := runtime.GoroutineProfile(records)
	found := map[string][]uintptr{}
	for i := range records[:n] {
		pcs := records[i].Stack()
		all := ""
		for frames := runtime.CallersFrames(pcs); ; {
			next, more := frames.Next()
			all += next.Function + "\n"
			if !more {
				break
			}
		}
		for _, name := range []string{"Get", "Put", "Count"} {
			if strings.Contains(all, "(*Cache)."+name) {
				found["wait/"+name] = pcs
			}
		}
	}
	names := []string{}
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		print(name, found[name])
	}
}

func main() {
	fmt.Printf("{\"name\":\"base\",\"pcs\":[\"%x\"],\"frames\":[]}\n", reflect.ValueOf(twice).Pointer())
	twice("inlined")
	var drawn shape = square{&circle{7}}
	drawn.draw("wrapper")
	method := drawn.draw
	method("method value")
	generic("generic", 1)
	generic("generic", "text")
	closure("closure")()
	func() {
		defer outer("deferred")
	}()
	cache := &Cache{values: map[string]int{}}
	cache.mu.Lock()
	cache.single.Lock()
	go cache.Get("a")
	go cache.Count()
	time.Sleep(20 * time.Millisecond)
	go cache.Put("a", 1)
	time.Sleep(20 * time.Millisecond)
	waiters()
}
