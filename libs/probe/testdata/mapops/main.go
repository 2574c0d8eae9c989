// Does known numbers of every map operation on maps of every kind of key, counts them for itself, and says what its maps
// did: how often they grew, read from their own memory. GET /run answers with the counts; GET /contend lets goroutines
// wait for a mutex that guards a map.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

type pair struct{ a, b int }

type counts struct {
	Name     string
	Map      string
	Access   int
	Access2  int
	Assign   int
	Delete   int
	Clear    int
	Iterate  int
	Next     int
	Clone    int
	Grown    int
	Capacity int
}

// What escapes is on the heap and keeps its address.
var sink any
var total int

// A map in an interface is its pointer.
func address(m any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&m))[1] }

// exercise does `entries` writes, reads of both forms, two ranges, half as many deletes, a clone and a clear.
//
//go:noinline
func exercise[K comparable](name string, entries int, key func(int) K) counts {
	m := make(map[K]int)
	sink = m
	own := counts{Name: name, Map: fmt.Sprintf("%p", address(m)), Capacity: smallest}
	for i := 0; i < entries; i++ {
		k := key(i)
		m[k] = i // MARK assign
		own.Assign++
		if after := capacity(address(m)); after.changedFrom(own.Capacity, own.Grown) {
			own.Capacity = after.slots
			own.Grown++
		}
	}
	for i := 0; i < entries+10; i++ {
		k := key(i)
		total += m[k] // MARK access
		own.Access++
		if i%3 == 0 {
			if v, ok := m[k]; ok { // MARK access2
				total += v
			}
			own.Access2++
		}
	}
	for range m { // MARK iterate
		own.Next++
	}
	for k := range m {
		total += m[k]
		own.Access++
		own.Next++
	}
	own.Iterate += 2
	own.Clone += cloned(m)
	for i := 0; i < entries/2; i++ {
		delete(m, key(i)) // MARK delete
		own.Delete++
	}
	own.Clear += emptied(m)
	return own
}

// An interface is no type argument before Go 1.20.
func interfaces() counts {
	m := make(map[any]int)
	sink = m
	own := counts{Name: "interface", Map: fmt.Sprintf("%p", address(m)), Capacity: smallest}
	for _, key := range []any{1, "two", 3.0, pair{4, 4}} {
		m[key]++ // one assign: its address is read and written
		own.Assign++
		total += m[key]
		own.Access++
	}
	if v, ok := m["two"]; ok {
		total += v
	}
	own.Access2++
	for range m {
		own.Next++
	}
	own.Iterate++
	delete(m, 3.0)
	own.Delete++
	return own
}

// Elements of more than 1024 bytes are read through another function of the runtime.
func large() counts {
	m := make(map[int][200]int)
	sink = m
	own := counts{Name: "large", Map: fmt.Sprintf("%p", address(m)), Capacity: smallest}
	for i := 0; i < 5; i++ {
		m[i] = [200]int{i}
		own.Assign++
		total += m[i][0]
		own.Access++
		if v, ok := m[i]; ok {
			total += v[0]
		}
		own.Access2++
	}
	return own
}

// The compiler makes one mapclear of this loop.
func cleared() counts {
	m := make(map[string]int)
	sink = m
	own := counts{Name: "cleared", Map: fmt.Sprintf("%p", address(m)), Capacity: smallest}
	for _, key := range []string{"a", "b", ""} {
		m[key] = 1
		own.Assign++
	}
	for k := range m {
		delete(m, k)
	}
	own.Clear++
	return own
}

// What fmt and encoding/json do, and gob: by package reflect.
func reflected() counts {
	m := map[string]int{}
	sink = m
	own := counts{Name: "reflected", Map: fmt.Sprintf("%p", address(m)), Capacity: smallest}
	value := reflect.ValueOf(m)
	for _, key := range []string{"a", "b", "c"} {
		value.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(1))
		own.Assign++
	}
	value.SetMapIndex(reflect.ValueOf("a"), reflect.Value{})
	own.Delete++
	total += int(value.MapIndex(reflect.ValueOf("b")).Int())
	own.Access2++
	for entry := value.MapRange(); entry.Next(); {
		own.Next++
	}
	own.Iterate++
	return own
}

var kinds = []func() counts{
	func() counts { return exercise("int64", 5000, func(i int) int64 { return int64(i) }) },
	func() counts { return exercise("int32", 600, func(i int) int32 { return int32(i) }) },
	func() counts { return exercise("uint8", 200, func(i int) uint8 { return uint8(i) }) },
	func() counts { return exercise("pointer", 40, func(i int) *pair { return &pairs[i] }) },
	func() counts { return exercise("string", 300, func(i int) string { return texts[i] }) },
	interfaces,
	func() counts { return exercise("struct", 70, func(i int) pair { return pair{i, -i} }) },
	func() counts { return exercise("float64", 8, func(i int) float64 { return float64(i) }) },
	func() counts { return exercise("array", 9, func(i int) [3]int { return [3]int{i} }) },
	large,
	cleared,
	reflected,
}

var pairs [64]pair
var texts [512]string

type guarded struct {
	mu      sync.Mutex
	entries map[string]int
}

var shelf = guarded{entries: map[string]int{}}

func (g *guarded) put(key string, hold time.Duration) {
	g.mu.Lock()      // MARK lock
	g.entries[key]++ // MARK guarded
	time.Sleep(hold)
	g.mu.Unlock()
}

func contend(times int) {
	var group sync.WaitGroup
	for i := 0; i < 2; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for turn := 0; turn < times; turn++ {
				shelf.put("stock", time.Millisecond)
			}
		}()
	}
	group.Wait()
}

func main() {
	for i := range texts {
		texts[i] = fmt.Sprintf("%0*d", i/4, i)
	}
	http.HandleFunc("/run", func(w http.ResponseWriter, r *http.Request) {
		own := []counts{}
		for _, kind := range kinds {
			own = append(own, kind())
		}
		json.NewEncoder(w).Encode(own)
	})
	http.HandleFunc("/contend", func(w http.ResponseWriter, r *http.Request) {
		contend(20)
		json.NewEncoder(w).Encode(map[string]string{
			"Lock": fmt.Sprintf("%p", &shelf.mu), "Map": fmt.Sprintf("%p", address(shelf.entries)),
		})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("listening", listener.Addr())
	http.Serve(listener, nil)
}
