package main

import (
	"context"
	"fmt"
	"math/rand"
	"syscall"
	"time"
)

// arrivals are the intended starts of requests, drawn up without a look at the responses (open loop): a slow service
// does not slow its clients down, as it does not in real life.
type arrivals struct {
	mean    time.Duration
	poisson bool
	chance  *rand.Rand
}

func newArrivals(rate float64, shape string, chance *rand.Rand) (arrivals, error) {
	if !(rate > 0 && rate <= 1e6) {
		return arrivals{}, fmt.Errorf("-rate %v: give requests a second, above 0 and up to 1000000", rate)
	}
	if shape != "poisson" && shape != "fixed" {
		return arrivals{}, fmt.Errorf("-arrivals %q: use poisson or fixed", shape)
	}
	return arrivals{mean: time.Duration(float64(time.Second) / rate), poisson: shape == "poisson", chance: chance}, nil
}

// gap is the time between two intended starts.
func (a arrivals) gap() time.Duration {
	if !a.poisson {
		return a.mean
	}
	return time.Duration(float64(a.mean) * a.chance.ExpFloat64())
}

// longestNap bounds how long a stop can stay unnoticed.
const longestNap = 20 * time.Millisecond

// napUntil waits for a point in time and says whether to go on. It naps with nanosleep, which is late by the kernel's
// timer slack (50 µs, prctl(2) PR_SET_TIMERSLACK); Go's own timers wait in epoll_wait, by whole milliseconds when idle
// (runtime/netpoll_epoll.go, Go 1.19 to 1.26), which would show up in every latency measured.
func napUntil(when time.Time, stop context.Context) bool {
	for stop.Err() == nil {
		left := time.Until(when)
		if left <= 0 {
			return true
		}
		if left > longestNap {
			left = longestNap
		}
		nap := syscall.NsecToTimespec(int64(left))
		_ = syscall.Nanosleep(&nap, nil) // woken early by a signal: the loop looks at the clock again
	}
	return false
}
