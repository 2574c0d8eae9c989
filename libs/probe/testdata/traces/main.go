// Waits for locks on goroutines that carry a trace id in one way or another, and says of each wait which one it should have:
// pprof labels (labels.go), spans of the OpenTelemetry SDK (spans.go, with -tags otel in GOPATH mode).
//
// GET /run does every case once and answers with what it expects.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// How libs/events counts them (BINDINGS).
const (
	none = iota
	exact
	inherited
	span
	labels
)

// Wait is one wait: of a lock of its own, so its row is found by the address.
type Wait struct {
	Name, Lock, Trace, Span string
	Binding                 int
	// OfRequest: ids that are not given here are those of this request's row.
	OfRequest string
	// BeforeSpan: on the request's goroutine before its first span: an id that no row has.
	BeforeSpan bool
	Holder     string
}

// Request is what the row of a request of that path should say; Source as in TRACE_SOURCES.
type Request struct {
	Path, Trace, Parent string
	Source              int
}

type expectations struct {
	Waits    []Wait
	Requests []Request
	// Forgotten: spans that found no room.
	Forgotten int
}

var (
	mu       sync.Mutex
	expected expectations
	held     = make(chan func())
	locks    []*sync.Mutex
	cases    []func()
	address  string
)

func main() {
	go func() {
		for hold := range held {
			go hold()
		}
	}()
	work, done := make(chan struct{}), make(chan struct{})
	// A goroutine that no request started.
	go func() {
		for range work {
			for _, each := range cases {
				each()
			}
			done <- struct{}{}
		}
	}()
	http.HandleFunc("/run", func(w http.ResponseWriter, r *http.Request) {
		work <- struct{}{}
		<-done
		mu.Lock()
		defer mu.Unlock()
		_ = json.NewEncoder(w).Encode(expected)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	address = listener.Addr().String()
	fmt.Println("listening", address)
	fmt.Fprintln(os.Stderr, http.Serve(listener, nil))
}

// wait waits once for a lock that a goroutine without any trace holds, and notes what the row of it should say.
func wait(expect Wait) {
	waitHeldBy(expect, func(hold func()) { held <- hold })
}

// waitHeldBy: run starts a goroutine that holds the lock.
func waitHeldBy(expect Wait, run func(hold func())) {
	lock := new(sync.Mutex)
	isHeld := make(chan struct{})
	run(func() {
		lock.Lock()
		close(isHeld)
		for waiters(lock) == 0 {
			time.Sleep(100 * time.Microsecond)
		}
		// It counts itself before it parks.
		time.Sleep(2 * time.Millisecond)
		lock.Unlock()
	})
	<-isHeld
	lock.Lock()
	lock.Unlock()
	expect.Lock = fmt.Sprintf("%d", uintptr(unsafe.Pointer(lock)))
	mu.Lock()
	defer mu.Unlock()
	locks = append(locks, lock)
	expected.Waits = append(expected.Waits, expect)
}

// sync/mutex.go: state is the first word, waiters above its three flags.
func waiters(lock *sync.Mutex) int32 { return atomic.LoadInt32((*int32)(unsafe.Pointer(lock))) >> 3 }

// inside runs work on a new goroutine until it ends.
func inside(work func()) {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		work()
	}()
	group.Wait()
}

func bytesOf(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}
