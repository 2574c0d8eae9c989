package main

import (
	"net/http"
	"sync/atomic"
	"time"

	"mapscope.dev/demo/internal/histogram"
)

// requestStats are the requests of the shop's own listener since the last switch of a fault.
type requestStats struct {
	latency histogram.Histogram
	errors  atomic.Int64
}

// measured times every request. One that began before a switch counts to the time before it.
func (s *shop) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		started, stats := time.Now(), s.requests.Load()
		seen := &statusWriter{ResponseWriter: response, status: http.StatusOK}
		next.ServeHTTP(seen, request)
		if seen.status >= http.StatusInternalServerError {
			stats.errors.Add(1)
		}
		s.log.Print("%s %s %d %dus", request.Method, request.URL.Path, seen.status, time.Since(started).Microseconds())
		stats.latency.Add(time.Since(started)) // after the log line: the client waits for that too
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// statsReport is the answer of GET /stats.
type statsReport struct {
	faultState
	Requests        int64      `json:"requests"`
	Errors          int64      `json:"errors"`
	P50Ms           float64    `json:"p50Ms"`
	P99Ms           float64    `json:"p99Ms"`
	MaxMs           float64    `json:"maxMs"`
	RequestMs       float64    `json:"requestMs"` // all requests added up
	CacheGet        waitReport `json:"cacheGet"`
	Sessions        waitReport `json:"sessions"`
	Logger          waitReport `json:"logger"`
	Rebuilds        int64      `json:"rebuilds"`
	Payments        int64      `json:"payments"`
	SlowPayments    int64      `json:"slowPayments"`
	SessionsEvicted int64      `json:"sessionsEvicted"`
}

func (s *shop) stats() statsReport {
	requests := s.requests.Load()
	return statsReport{
		faultState:      *s.faults.current.Load(),
		Requests:        requests.latency.Count(),
		Errors:          requests.errors.Load(),
		P50Ms:           millis(requests.latency.Quantile(0.5)),
		P99Ms:           millis(requests.latency.Quantile(0.99)),
		MaxMs:           millis(requests.latency.Max()),
		RequestMs:       millis(requests.latency.Sum()),
		CacheGet:        s.cache.waits.report(),
		Sessions:        s.sessions.waits.report(),
		Logger:          s.log.waits.report(),
		Rebuilds:        s.rebuilds.Load(),
		Payments:        s.paid.calls.Load(),
		SlowPayments:    s.paid.slow.Load(),
		SessionsEvicted: s.sessions.evicted.Load(),
	}
}

func (s *shop) resetStats() {
	s.requests.Store(&requestStats{})
	s.cache.waits.reset()
	s.sessions.waits.reset()
	s.log.waits.reset()
	s.rebuilds.Store(0)
	s.paid.calls.Store(0)
	s.paid.slow.Store(0)
	s.sessions.evicted.Store(0)
}
