// Gcserver allocates, collects and stops the world on demand. What that took the runtime counts itself: in its statistics
// and, event by event, in its execution trace.
package main

import (
	"context"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

type node struct {
	left, right *node
	pad         [48]byte
}

// Live is what every cycle marks: a tree, so that marking takes a known kind of work and lasts for milliseconds.
var live *node

var sink [64][]byte

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

func number(r *http.Request, name string) int {
	value, _ := strconv.Atoi(r.URL.Query().Get(name))
	return value
}

// Allocate makes garbage in small pieces from several goroutines at once, faster than the collector's own workers mark.
func allocate(goroutines, megabytes, pieceBytes int) {
	var all sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		i := i
		all.Add(1)
		go func() {
			defer all.Done()
			for left := megabytes << 20; left > 0; left -= pieceBytes {
				sink[i%len(sink)] = make([]byte, pieceBytes)
			}
		}()
	}
	all.Wait()
}

// HoldUp hashes for a while: the assembly of a hash cannot be preempted, so whoever stops the world waits for it.
func holdUp(ctx context.Context, state chan<- bool) {
	block := make([]byte, 64<<20)
	sha512.Sum512(block)
	state <- true
	for ctx.Err() == nil {
		sha512.Sum512(block)
	}
	state <- true
}

// HeldUp runs stop some times while something cannot be stopped.
func heldUp(times int, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	state := make(chan bool)
	go holdUp(ctx, state)
	<-state
	for i := 0; i < times; i++ {
		time.Sleep(3 * time.Millisecond)
		stop()
	}
	cancel()
	<-state
}

// Counts are the runtime's own, and what this program did.
type counts struct {
	NumGC      int64
	PauseNanos int64
	Pauses     []int64 // of the latest cycles, latest first
	Stops      int64   // by ReadMemStats
}

var own counts

// ReadMemStats stops the world to copy a few kilobytes, and does nothing else that takes time.
func readMemStats() {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
}

// ReadCounts stops nothing.
func readCounts() counts {
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	now := own
	now.NumGC, now.PauseNanos = stats.NumGC, int64(stats.PauseTotal)
	for _, pause := range stats.Pause {
		now.Pauses = append(now.Pauses, int64(pause))
	}
	return now
}

func traceTo(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return trace.Start(file)
}

func main() {
	live = tree(17)
	// The next cycle is as far away as can be: none begins before it is asked for.
	runtime.GC()
	http.HandleFunc("/allocate", func(w http.ResponseWriter, r *http.Request) {
		allocate(number(r, "goroutines"), number(r, "megabytes"), number(r, "bytes"))
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/collect", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < number(r, "times"); i++ {
			runtime.GC()
		}
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/collect-held-up", func(w http.ResponseWriter, r *http.Request) {
		heldUp(number(r, "times"), runtime.GC)
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/stop-held-up", func(w http.ResponseWriter, r *http.Request) {
		heldUp(number(r, "times"), readMemStats)
		own.Stops += int64(number(r, "times"))
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/trace-start", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, traceTo(r.URL.Query().Get("path")))
	})
	http.HandleFunc("/trace-stop", func(w http.ResponseWriter, r *http.Request) {
		trace.Stop()
		fmt.Fprintln(w, "ok")
	})
	http.HandleFunc("/counts", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(readCounts())
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening %s\n", listener.Addr())
	_ = http.Serve(listener, nil)
}
