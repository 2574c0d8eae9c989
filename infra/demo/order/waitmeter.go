package main

import (
	"sync/atomic"
	"time"
)

// contendedFrom is the shortest wait counted as contention. Taking a free lock costs tens of nanoseconds and reading the
// clock twice about as much; a goroutine that gave up spinning and was parked is away for microseconds.
const contendedFrom = 5 * time.Microsecond

// waitMeter is what the program itself knows about waiting at one place: its own witness, independent of any tracer.
type waitMeter struct {
	calls, contended, waitNanos, maxNanos atomic.Int64
}

func (m *waitMeter) add(waited time.Duration) {
	m.calls.Add(1)
	if waited < contendedFrom {
		return
	}
	m.contended.Add(1)
	m.waitNanos.Add(int64(waited))
	for seen := m.maxNanos.Load(); int64(waited) > seen && !m.maxNanos.CompareAndSwap(seen, int64(waited)); {
		seen = m.maxNanos.Load()
	}
}

// reset starts the count again. A wait that ends in this instant may be counted before or after it, never twice.
func (m *waitMeter) reset() {
	m.calls.Store(0)
	m.contended.Store(0)
	m.waitNanos.Store(0)
	m.maxNanos.Store(0)
}

// waitReport is the JSON form of a waitMeter.
type waitReport struct {
	Calls     int64   `json:"calls"`
	Contended int64   `json:"contended"`
	WaitMs    float64 `json:"waitMs"`
	MaxWaitMs float64 `json:"maxWaitMs"`
}

func (m *waitMeter) report() waitReport {
	return waitReport{
		Calls:     m.calls.Load(),
		Contended: m.contended.Load(),
		WaitMs:    millis(time.Duration(m.waitNanos.Load())),
		MaxWaitMs: millis(time.Duration(m.maxNanos.Load())),
	}
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
