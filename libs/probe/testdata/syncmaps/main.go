// Syncmaps works on a few sync.Maps and counts every call, so that a test can compare. Its lines with a MARK are looked up
// by the test: keep one statement per mark.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Calls are what the program did to one map.
type calls struct {
	Addr          string
	Load          int64
	Store         int64
	LoadOrStore   int64
	LoadAndDelete int64
	Range         int64
	// Of ranges that wait.
	RangeNanos []int64
	// Of sync.Map up to Go 1.23 only; what its source says must happen.
	Miss       int64
	Copy       int64
	Promotions []int64 // entries, in order
	Copies     []int64
}

// Shared is worked on by many goroutines at once, steps by one, in an order that makes its misses predictable. They are
// fields, as in most programs: a sync.Map is told by its address, not by that of what holds it.
type tables struct {
	name          string
	shared, steps sync.Map
}

var (
	all      = &tables{name: "all"}
	shared   = &all.shared
	steps    = &all.steps
	ofShared calls
	ofSteps  calls
)

//go:noinline
func load(m *sync.Map, key any) {
	m.Load(key) // MARK load
}

//go:noinline
func rangeOver(m *sync.Map, wait time.Duration) {
	m.Range(func(key, value any) bool { // MARK range
		time.Sleep(wait)
		return true
	})
}

// Several goroutines, each with keys of its own.
func work(goroutines, rounds int) {
	var done sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		i := i
		done.Add(1)
		go func() {
			defer done.Done()
			for round := 0; round < rounds; round++ {
				key := i*rounds + round
				shared.Store(key, round)
				load(shared, key)
				load(shared, -1)
				shared.LoadOrStore(key, 0)
				shared.LoadAndDelete(key)
				shared.Delete(-1)
			}
		}()
	}
	done.Wait()
	total := int64(goroutines * rounds)
	atomic.AddInt64(&ofShared.Store, total)
	atomic.AddInt64(&ofShared.Load, 2*total)
	atomic.AddInt64(&ofShared.LoadOrStore, total)
	atomic.AddInt64(&ofShared.LoadAndDelete, 2*total)
}

// Step puts n new keys into an empty or clean map and reads them until sync.Map promotes its dirty part: n misses. The
// first of the new keys makes it copy what was there before.
func step(n int) {
	before := int(ofSteps.Store)
	for i := 0; i < n; i++ {
		steps.Store(before+i, i)
	}
	for i := 0; i < before+n; i++ {
		load(steps, before+n-1)
	}
	ofSteps.Store += int64(n)
	ofSteps.Load += int64(before + n)
	ofSteps.Miss += int64(before + n)
	ofSteps.Copy++
	ofSteps.Copies = append(ofSteps.Copies, int64(before))
	ofSteps.Promotions = append(ofSteps.Promotions, int64(before+n))
}

// TimedRange is called while nothing waits in the dirty part.
func timedRange(wait time.Duration) {
	begin := time.Now()
	rangeOver(steps, wait)
	ofSteps.RangeNanos = append(ofSteps.RangeNanos, int64(time.Since(begin)))
	ofSteps.Range++
}

// Nested ranges over a map while it ranges over the same one.
func nested() {
	steps.Range(func(key, value any) bool {
		rangeOver(steps, 0)
		ofSteps.Range++
		return key != 0
	})
	ofSteps.Range++
}

func main() {
	ofShared.Addr = fmt.Sprintf("%p", shared)
	ofSteps.Addr = fmt.Sprintf("%p", steps)
	http.HandleFunc("/work", func(w http.ResponseWriter, r *http.Request) {
		work(4, 500)
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/steps", func(w http.ResponseWriter, r *http.Request) {
		for n := 1; n <= 4; n++ {
			step(n)
		}
		timedRange(2 * time.Millisecond)
		timedRange(3 * time.Millisecond)
		nested()
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/counts", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode([]calls{ofShared, ofSteps})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening %s\n", listener.Addr())
	_ = http.Serve(listener, nil)
}
