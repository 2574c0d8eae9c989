// A program whose goroutines wait in known numbers. It first contends for a while (profiles of mutexes and blocks), then
// stands still and writes its dump. Arguments: the folder to write to, the number of goroutines that only wait for work.
package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"
)

type Cache struct {
	mu sync.RWMutex
	n  int
}

//go:noinline
func (c *Cache) Get() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.n
}

//go:noinline
func (c *Cache) Put() {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
}

//go:noinline
func (c *Cache) Rebuild(done chan bool) {
	c.mu.Lock()
	<-done
	c.mu.Unlock()
}

var ledger sync.Mutex

//go:noinline
func hold(d time.Duration) {
	ledger.Lock()
	time.Sleep(d)
	ledger.Unlock()
}

//go:noinline
func worker(jobs chan int) {
	for range jobs {
	}
}

func contend() {
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20; j++ {
				hold(time.Millisecond)
			}
		}()
	}
	all.Wait()
}

func main() {
	folder := os.Args[1]
	idle, _ := strconv.Atoi(os.Args[2])
	contend()
	write(folder, "mutex", 0)
	write(folder, "block", 0)
	cache, done, jobs := &Cache{}, make(chan bool), make(chan int)
	go cache.Rebuild(done)
	for cache.mu.TryLock() {
		cache.mu.Unlock()
		runtime.Gosched()
	}
	for i := 0; i < idle; i++ {
		go worker(jobs)
	}
	for i := 0; i < 30; i++ {
		go cache.Get()
	}
	for i := 0; i < 20; i++ {
		go cache.Put()
	}
	// Standing still is seen from the dump alone: written again until nobody is about to run, at most for 20 seconds.
	for i := 0; i < 200; i++ {
		write(folder, "goroutine", 2)
		text, err := os.ReadFile(filepath.Join(folder, "goroutine"))
		if err == nil && !bytes.Contains(text, []byte("[runnable")) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	os.Exit(1)
}

func write(folder, name string, debug int) {
	file, err := os.Create(filepath.Join(folder, name))
	if err != nil {
		panic(err)
	}
	if err := pprof.Lookup(name).WriteTo(file, debug); err != nil {
		panic(err)
	}
	file.Close()
}
