// Locks waits on everything that Go builds on its semaphores, each so often and so long as it says itself. It needs no
// package that would wait on its own account. A line on standard input names a scene; a line of JSON answers. Lines with
// a MARK are looked up by the test: keep one statement per mark.
package main

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

const (
	waiters = 20
	hold    = 100 * time.Millisecond
)

var (
	mu    sync.Mutex
	rw    sync.RWMutex
	group sync.WaitGroup
	cond  = sync.NewCond(&mu)

	asking int64 // waiters that are about to wait
	done   int64
	nanos  int64 // from asking to having
)

// timed counts one wait.
func timed(wait func()) {
	atomic.AddInt64(&asking, 1)
	begin := time.Now()
	wait()
	atomic.AddInt64(&nanos, int64(time.Since(begin)))
}

// until polls, so that nothing but the scene itself waits on a semaphore.
func until(counter *int64, value int64) {
	for atomic.LoadInt64(counter) < value {
		time.Sleep(time.Millisecond)
	}
}

// start lets goroutines wait, and is back when all of them have been asleep for as long as a lock is held.
func start(count int, wait func()) {
	asked := atomic.LoadInt64(&asking) + int64(count)
	for i := 0; i < count; i++ {
		go func() {
			wait()
			atomic.AddInt64(&done, 1)
		}()
	}
	until(&asking, asked)
	time.Sleep(hold)
}

//go:noinline
func lock() {
	timed(func() { mu.Lock() }) // MARK mutex waiter
	mu.Unlock()                 // MARK mutex waiter lets go
}

//go:noinline
func read() {
	timed(func() { rw.RLock() }) // MARK reader
	rw.RUnlock()                 // MARK reader lets go
}

//go:noinline
func write() {
	timed(func() { rw.Lock() }) // MARK writer
	rw.Unlock()                 // MARK writer lets go
}

//go:noinline
func wait() {
	timed(func() { group.Wait() }) // MARK group waiter
}

//go:noinline
func await() {
	mu.Lock()
	atomic.AddInt64(&asking, 1)
	cond.Wait() // MARK cond
	mu.Unlock() // MARK cond lets go
}

// each scene returns how many waits there must have been.
var scenes = map[string]func() int64{
	"mutex": func() int64 {
		mu.Lock()
		start(waiters, lock)
		mu.Unlock() // MARK mutex holder
		return waiters
	},
	"reader behind a holding writer": func() int64 {
		rw.Lock()
		start(waiters, read)
		rw.Unlock() // MARK holding writer
		return waiters
	},
	"writer behind readers": func() int64 {
		rw.RLock()
		start(1, write)
		rw.RUnlock() // MARK last reader
		return 1
	},
	"reader behind a pending writer": func() int64 {
		rw.RLock()
		go func() {
			rw.Lock()   // MARK announced
			rw.Unlock() // MARK pending writer
		}()
		time.Sleep(hold)
		start(waiters, read)
		rw.RUnlock() // MARK older reader
		return waiters
	},
	"writer behind a holding writer": func() int64 {
		rw.Lock()
		start(waiters, write)
		rw.Unlock() // MARK first writer
		return waiters
	},
	"writer behind a pending writer": func() int64 {
		rw.RLock()
		go func() {
			rw.Lock()   // MARK first announced
			rw.Unlock() // MARK first pending writer
		}()
		time.Sleep(hold)
		start(waiters, write)
		rw.RUnlock()
		return waiters
	},
	"waitgroup": func() int64 {
		group.Add(1)
		start(waiters, wait)
		group.Done() // MARK done
		return waiters
	},
	// What sync.Cond waits for is no lock. Its waiters take their Mutex again, which is one.
	"cond": func() int64 {
		start(waiters, await)
		mu.Lock()
		cond.Broadcast()
		time.Sleep(hold)
		mu.Unlock() // MARK cond holder
		return waiters
	},
	// The lock in a file: whoever writes to a full pipe keeps it.
	"file": func() int64 {
		from, to, _ := os.Pipe()
		start(1, func() {
			atomic.AddInt64(&asking, 1)
			to.Write(make([]byte, 1<<20))
		})
		start(waiters, func() { timed(func() { to.Write([]byte{1}) }) })
		for left := 1<<20 + waiters; left > 0; {
			got, _ := from.Read(make([]byte, 1<<16))
			left -= got
		}
		return waiters
	},
	// Channels and sleeping are none of this.
	"nothing": func() int64 {
		handed := make(chan int)
		start(waiters, func() { timed(func() { <-handed }) })
		for i := 0; i < waiters; i++ {
			handed <- i
		}
		return 0
	},
	"collector": func() int64 {
		for i := 0; i < 4; i++ {
			go func() {
				for i := 0; i < 20; i++ {
					collect()
				}
				atomic.AddInt64(&done, 1)
			}()
		}
		until(&done, 4)
		return 0
	},
	// A burst: all wait, all are released at once.
	"flood": func() int64 {
		rw.Lock()
		start(5000, read)
		rw.Unlock()
		return 5000
	},
	"flood of writes": func() int64 {
		for worker := 0; worker < 2; worker++ {
			go func() {
				own := make(map[int]int, 2000) // does not grow
				for i := 0; i < 20000; i++ {
					own[i%1000] = i
				}
				atomic.AddInt64(&done, 20000)
			}()
		}
		until(&done, 40000)
		return 40000
	},
	"starved": starved,
}

//go:noinline
func collect() {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
}

var (
	lockNanos  int64
	startNanos int64
)

// With one processor that others are always waiting for. Each time the releaser is the next to run when the waiter parks,
// and once it has released, it wakes one that is busy for a time slice, which runs before the waiter (runnext of
// runtime/proc.go): so the lock is held for a moment only, and the waiter waits for the processor.
func starved() int64 {
	const rounds = 20
	runtime.GOMAXPROCS(1)
	var isOver int64
	for i := 0; i < 3; i++ {
		go func() {
			for atomic.LoadInt64(&isOver) == 0 {
			}
		}()
	}
	releases, others := make(chan int), make(chan int)
	var released time.Time
	go func() {
		for range others {
			for begin := time.Now(); time.Since(begin) < 10*time.Millisecond; {
			}
		}
	}()
	go func() {
		for range releases {
			released = time.Now()
			mu.Unlock() // MARK innocent holder
			others <- 0
		}
	}()
	for i := 0; i < rounds; i++ {
		mu.Lock()
		runtime.Gosched() // a time slice of its own
		releases <- i
		begin := time.Now()
		mu.Lock() // MARK innocent
		lockNanos += int64(released.Sub(begin))
		startNanos += int64(time.Since(released))
		mu.Unlock()
		atomic.AddInt64(&done, 1)
	}
	atomic.StoreInt64(&isOver, 1)
	return rounds
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	os.Stdout.WriteString("ready\n")
	for lines.Scan() {
		atomic.StoreInt64(&nanos, 0)
		atomic.StoreInt64(&done, 0)
		expected := scenes[lines.Text()]()
		until(&done, expected)
		time.Sleep(10 * time.Millisecond)
		os.Stdout.WriteString(`{"Waits":` + strconv.FormatInt(expected, 10) +
			`,"Nanos":` + strconv.FormatInt(atomic.LoadInt64(&nanos), 10) +
			`,"RWMutex":` + strconv.FormatUint(uint64(uintptr(unsafe.Pointer(&rw))), 10) +
			`,"LockNanos":` + strconv.FormatInt(lockNanos, 10) +
			`,"StartNanos":` + strconv.FormatInt(startNanos, 10) + "}\n")
	}
}
