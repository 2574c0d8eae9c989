package main

import (
	"sync/atomic"
	"time"

	"mapscope.dev/demo/internal/histogram"
)

// tally counts the requests of one span of time.
type tally struct {
	latency                histogram.Histogram
	late                   histogram.Histogram // how late the generator itself was; part of the latency
	sent, ok, errors, shed atomic.Int64
}

// report is a line on stdout: the time since the line before, and at the end, with final set, the whole run.
type report struct {
	Event       string  `json:"event"`
	Final       bool    `json:"final"`
	Seconds     float64 `json:"seconds"`
	Sent        int64   `json:"sent"`
	OK          int64   `json:"ok"`
	Errors      int64   `json:"errors"`
	Shed        int64   `json:"shed"` // not sent, because too many answers were outstanding
	Outstanding int64   `json:"outstanding"`
	P50Ms       float64 `json:"p50Ms"`
	P99Ms       float64 `json:"p99Ms"`
	MaxMs       float64 `json:"maxMs"`
	LateP99Ms   float64 `json:"lateP99Ms"`
}

func (t *tally) report(span time.Duration, outstanding int64, final bool) report {
	return report{
		Event:       "report",
		Final:       final,
		Seconds:     span.Seconds(),
		Sent:        t.sent.Load(),
		OK:          t.ok.Load(),
		Errors:      t.errors.Load(),
		Shed:        t.shed.Load(),
		Outstanding: outstanding,
		P50Ms:       millis(t.latency.Quantile(0.5)),
		P99Ms:       millis(t.latency.Quantile(0.99)),
		MaxMs:       millis(t.latency.Max()),
		LateP99Ms:   millis(t.late.Quantile(0.99)),
	}
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
