package main

import (
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// visit is one request and what it waited for.
type visit struct {
	service *service
	path    string
	query   url.Values
	number  int64
	started time.Time
	// a request may wait on several goroutines
	waits [len(causes)]atomic.Int64
}

// causes are what a mode may be slow for, and what is measured of each request.
var causes = [...]string{"fault", "second"}

const (
	fault = iota
	second
)

// waited counts the time since `asked` for a cause.
func (v *visit) waited(cause int, asked time.Time) { v.waits[cause].Add(int64(time.Since(asked))) }

func (v *visit) isBroken() bool { return v.service.isBroken.Load() }

// oneIn is true for every n-th request of a run.
func (v *visit) oneIn(n int64) bool { return v.number%n == 0 }

// witness keeps every request since the last reset: some thousand rows of a run.
type witness struct {
	mutex     sync.Mutex
	durations []int64
	waits     [len(causes)][]int64
}

// truth is the answer of GET /truth: per request its duration and what it waited for each cause; and how many read a map that
// was being written.
type truth struct {
	DurationNanos []int64            `json:"durationNanos"`
	WaitNanos     map[string][]int64 `json:"waitNanos"`
	Overlaps      int64              `json:"overlaps"`
}

// add is called when all that is measured of the request is over: its own lock slows no request down.
func (w *witness) add(v *visit, took time.Duration) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.durations = append(w.durations, int64(took))
	for cause := range causes {
		w.waits[cause] = append(w.waits[cause], v.waits[cause].Load())
	}
}

func (w *witness) reset() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.durations = nil
	w.waits = [len(causes)][]int64{}
}

func (w *witness) truth() truth {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	waits := map[string][]int64{}
	for cause, name := range causes {
		waits[name] = append([]int64{}, w.waits[cause]...)
	}
	return truth{DurationNanos: append([]int64{}, w.durations...), WaitNanos: waits}
}
