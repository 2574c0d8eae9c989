// Shares one map among goroutines, without a lock or with one. Keys are large, so that an operation takes some ten
// microseconds and two of them meet often; nearly all of that is hashing, which the runtime does before it sets its flag, so
// that it does not notice at once and crash. GET /writers and /reader race until the process dies or the time is over;
// /locked does the same work in order, and says how often.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

type key [1 << 17]byte

var (
	mu     sync.Mutex
	rw     sync.RWMutex
	shared = map[key]int{}
	small  = map[int]int{}
	keys   [8]key
	absent key
	total  int
)

//go:noinline
func remove(int) {
	delete(shared, absent) // MARK first writer
}

//go:noinline
func write(i int) {
	shared[keys[i%8]] = i // MARK second writer
}

//go:noinline
func read() int {
	return shared[absent] // MARK reader
}

func race(first, second func(int), lasting time.Duration) {
	var group sync.WaitGroup
	end := time.Now().Add(lasting)
	for _, work := range []func(int){first, second} {
		work := work
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; time.Now().Before(end); i++ {
				work(i)
				for pause := time.Now(); time.Since(pause) < 20*time.Microsecond; {
				}
			}
		}()
	}
	group.Wait()
}

// Everything that a lock allows, by more goroutines than there are processors, with maps that come and go beside it.
func locked(lasting time.Duration) int {
	var group sync.WaitGroup
	var done sync.Mutex
	operations := 0
	end := time.Now().Add(lasting)
	for worker := 0; worker < 8; worker++ {
		worker := worker
		group.Add(1)
		go func() {
			defer group.Done()
			i := 0
			for ; time.Now().Before(end); i++ {
				inOrder(worker, i)
			}
			done.Lock()
			operations += i
			done.Unlock()
		}()
	}
	group.Wait()
	return operations
}

func inOrder(worker, i int) {
	mu.Lock()
	switch i % 32 {
	case 0:
		write(i / 32)
	case 8, 16:
		remove(i)
	case 24:
		total += read()
	}
	mu.Unlock()
	rw.RLock()
	value := small[i%1000]
	rw.RUnlock()
	rw.Lock()
	small[i%1000] = value + worker
	if i%5000 == 0 {
		small = map[int]int{}
	}
	rw.Unlock()
	if i%50 == 0 {
		grown := make(chan int)
		go func() { grown <- deep(64, i) }()
		<-grown
	}
	panics(i)
}

// A small map on the stack of a goroutine whose stack grows, and so moves, while it is in use.
//
//go:noinline
func deep(depth, i int) int {
	own := map[int]int{}
	own[i] = depth
	if depth > 0 {
		own[depth] = deep(depth-1, i)
	}
	return own[depth]
}

// Writes that end in a panic: of a nil map, and of a key that cannot be hashed.
func panics(i int) {
	defer func() { recover() }()
	if i%7 == 0 {
		var none map[string]int
		none["x"] = i
	}
	mixed := map[any]int{}
	mixed[i] = 1
	mixed[func() {}] = i
}

func main() {
	for i := range keys {
		keys[i][0] = byte(i + 1)
	}
	lasting := func(r *http.Request) time.Duration {
		d, err := time.ParseDuration(r.URL.Query().Get("for"))
		if err != nil {
			return time.Second
		}
		return d
	}
	http.HandleFunc("/writers", func(w http.ResponseWriter, r *http.Request) {
		race(remove, write, lasting(r))
	})
	http.HandleFunc("/reader", func(w http.ResponseWriter, r *http.Request) {
		race(remove, func(int) { total += read() }, lasting(r))
	})
	http.HandleFunc("/locked", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, locked(lasting(r)))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("listening", listener.Addr())
	http.Serve(listener, nil)
}
