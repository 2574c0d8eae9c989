// Lockserver waits on locks for known times and counts what it does itself, so that a test can compare. Its lines
// with a MARK are looked up by the test: keep one statement per mark.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

type cache struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	items map[int]int
}

// Counts are the program's own, taken around its own calls.
type counts struct {
	Requests      int64
	MutexLocks    int64
	MutexNanos    int64
	ReaderLocks   int64
	ReaderNanos   int64
	WriterLocks   int64
	WriterNanos   int64
	MutexAddr     string
	RWMutexAddr   string
	ChannelBlocks int64
}

var (
	own  counts
	data = &cache{items: map[int]int{}}
)

//go:noinline
func (c *cache) get(key int) int {
	begin := time.Now()
	c.mu.Lock() // MARK mutex waiter
	atomic.AddInt64(&own.MutexNanos, int64(time.Since(begin)))
	atomic.AddInt64(&own.MutexLocks, 1)
	value := c.items[key]
	c.mu.Unlock() // MARK mutex waiter passes on
	return value
}

//go:noinline
func (c *cache) rebuild(hold time.Duration, started func()) {
	c.mu.Lock()
	started()
	time.Sleep(hold)
	c.items[len(c.items)%16]++
	c.mu.Unlock() // MARK mutex holder
}

//go:noinline
func (c *cache) read(key int) int {
	begin := time.Now()
	c.rw.RLock() // MARK reader
	atomic.AddInt64(&own.ReaderNanos, int64(time.Since(begin)))
	atomic.AddInt64(&own.ReaderLocks, 1)
	value := c.items[key]
	c.rw.RUnlock()
	return value
}

//go:noinline
func (c *cache) write(hold time.Duration, started func()) {
	c.rw.Lock()
	started()
	time.Sleep(hold)
	c.rw.Unlock() // MARK writer as holder
}

//go:noinline
func (c *cache) readLong(hold time.Duration, started func()) {
	c.rw.RLock()
	started()
	time.Sleep(hold)
	c.rw.RUnlock() // MARK reader as holder
}

//go:noinline
func (c *cache) writeWaiting() {
	begin := time.Now()
	c.rw.Lock() // MARK writer
	atomic.AddInt64(&own.WriterNanos, int64(time.Since(begin)))
	atomic.AddInt64(&own.WriterLocks, 1)
	c.rw.Unlock()
}

// number reads a query parameter.
func number(r *http.Request, name string) int {
	value, _ := strconv.Atoi(r.URL.Query().Get(name))
	return value
}

// contend lets one goroutine hold a lock while others wait for it.
func contend(r *http.Request, hold func(time.Duration, func()), wait func(int)) {
	var all, held sync.WaitGroup
	held.Add(1)
	all.Add(1)
	go func() {
		defer all.Done()
		hold(time.Duration(number(r, "hold"))*time.Millisecond, held.Done)
	}()
	held.Wait()
	for i := 0; i < number(r, "waiters"); i++ {
		i := i
		all.Add(1)
		go func() {
			defer all.Done()
			wait(i)
		}()
	}
	all.Wait()
}

func handle(path string, serve func(w http.ResponseWriter, r *http.Request)) {
	http.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		atomic.AddInt64(&own.Requests, 1)
		serve(w, r)
	})
}

func main() {
	own.MutexAddr = fmt.Sprintf("%p", &data.mu)
	own.RWMutexAddr = fmt.Sprintf("%p", &data.rw)
	handle("/plain/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	handle("/mutex/", func(w http.ResponseWriter, r *http.Request) {
		contend(r, data.rebuild, func(i int) { data.get(i) })
	})
	handle("/own/", func(w http.ResponseWriter, r *http.Request) {
		var held sync.WaitGroup
		held.Add(1)
		go data.rebuild(time.Duration(number(r, "hold"))*time.Millisecond, held.Done)
		held.Wait()
		data.get(1)
	})
	handle("/readers/", func(w http.ResponseWriter, r *http.Request) {
		contend(r, data.write, func(i int) { data.read(i) })
	})
	handle("/writer/", func(w http.ResponseWriter, r *http.Request) {
		contend(r, data.readLong, func(int) { data.writeWaiting() })
	})
	handle("/channel/", func(w http.ResponseWriter, r *http.Request) {
		ch := make(chan int)
		go func() {
			time.Sleep(2 * time.Millisecond)
			ch <- 1
		}()
		<-ch
		atomic.AddInt64(&own.ChannelBlocks, 1)
	})
	handle("/panic/", func(w http.ResponseWriter, r *http.Request) {
		panic("planted panic") // MARK panic
	})
	handle("/counts", func(w http.ResponseWriter, r *http.Request) { _ = json.NewEncoder(w).Encode(own) })
	handle("/crash/", func(w http.ResponseWriter, r *http.Request) {
		data.rw.RUnlock() // MARK fatal
	})

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening %s\n", listener.Addr())
	_ = http.Serve(listener, nil)
}
