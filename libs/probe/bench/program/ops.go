package main

import (
	"io"
	"net/http"
	"runtime"
	"sync"
)

// Each does n times what passes the probes it is named after, and as little else as can be.
var ops = map[string]func(n int){
	"call":         call,
	"map_read":     mapRead,
	"map_write":    mapWrite,
	"syncmap_load": syncmapLoad,
	"spawn":        spawn,
	"wait":         wait,
	"message":      message,
	"stop":         stop,
	"request":      request,
	"round_trip":   roundTrip,
}

var sink uint64

// tick has a stack check, because it may call; it never does.
//
//go:noinline
func tick(n uint64) uint64 {
	if n == ^uint64(0) {
		return leaf(n)
	}
	return n + 1
}

//go:noinline
func leaf(n uint64) uint64 { return n ^ sink }

func call(n int) {
	sum := uint64(0)
	for i := 0; i < n; i++ {
		sum += tick(uint64(i))
	}
	sink = sum
}

const entries = 64

func filled() map[uint64]uint64 {
	m := make(map[uint64]uint64, entries)
	for i := uint64(0); i < entries; i++ {
		m[i] = i
	}
	return m
}

func mapRead(n int) {
	m := filled()
	sum := uint64(0)
	for i := 0; i < n; i++ {
		sum += m[uint64(i)%entries]
	}
	sink = sum
}

var written = filled()

func mapWrite(n int) {
	for i := 0; i < n; i++ {
		written[uint64(i)%entries] = uint64(i)
	}
}

func syncmapLoad(n int) {
	var m sync.Map
	keys := make([]any, entries)
	for i := range keys {
		keys[i] = i
		m.Store(i, i)
	}
	for i := 0; i < n; i++ {
		if _, found := m.Load(keys[i%entries]); !found {
			panic("lost")
		}
	}
}

var nothing sync.WaitGroup

// Goroutines that end at once; let run now and then, so that few exist at a time.
func spawn(n int) {
	nothing.Add(n)
	for i := 0; i < n; i++ {
		go nothing.Done()
		if i%64 == 0 {
			runtime.Gosched()
		}
	}
	nothing.Wait()
}

// One goroutine parks on a semaphore, the other lets go: with one processor (GOMAXPROCS=1) each time.
func wait(n int) {
	var done sync.WaitGroup
	begin := make(chan struct{})
	go func() {
		for range begin {
			done.Done()
		}
	}()
	for i := 0; i < n; i++ {
		done.Add(1)
		begin <- struct{}{}
		done.Wait()
	}
	close(begin)
}

// To and fro between two goroutines.
func message(n int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for i := range there {
			back <- i
		}
		close(back)
	}()
	for i := 0; i < n; i++ {
		there <- i
		<-back
	}
	close(there)
	<-back
}

func stop(n int) {
	var stats runtime.MemStats
	for i := 0; i < n; i++ {
		runtime.ReadMemStats(&stats)
	}
}

// Requests out of memory through net/http's server: no socket, no client.
func request(n int) {
	listener := newMemoryListener()
	server := &http.Server{Handler: http.HandlerFunc(hello)}
	go func() { _ = server.Serve(listener) }()
	connection := newRequests(n)
	listener.accepted <- connection
	<-connection.closed
	_ = server.Close()
}

func roundTrip(n int) {
	client := cannedClient()
	for i := 0; i < n; i++ {
		response, err := client.Get("http://canned/")
		if err != nil {
			panic(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
	client.CloseIdleConnections()
}
