package main

import (
	"bufio"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// marking is what of the fault the runtime itself counts: less than a request waits for the collector, as it may also have
// to wait until others have marked enough.
const marking = "marking"

// collector is what Go's runtime itself counts of its collector since the last reset. It counts for the process, not for a
// request: whoever allocates helps, and here only requests do.
type collector struct {
	assistNanos atomic.Int64
	stopNanos   atomic.Int64
	since       atomic.Int64 // unix nanoseconds
}

// A line of GODEBUG=gctrace=1 (runtime/extern.go; the same form in Go 1.19 … 1.27):
//
//	gc 18 @0.143s 6%: 0.019+0.61+0.004 ms clock, 0.038+0.25/0.31/0.15+0.009 ms cpu, 4->4->0 MB, …
//	                  stop        stop                 assist/background/idle
var cycle = regexp.MustCompile(`^gc \d+ @.*: ([\d.]+)\+[\d.]+\+([\d.]+) ms clock, [\d.]+\+([\d.]+)/`)

// watchCollector makes the runtime write its trace and reads it. The runtime reads GODEBUG when it starts, so the program
// begins anew with it, under the same pid.
func watchCollector() *collector {
	const wanted = "gctrace=1"
	if !strings.Contains(os.Getenv("GODEBUG"), wanted) {
		program, err := os.Executable()
		if err == nil {
			err = syscall.Exec(program, os.Args, append(os.Environ(), "GODEBUG="+wanted))
		}
		panic("cannot begin anew with GODEBUG: " + err.Error())
	}
	c := &collector{}
	c.reset()
	lines, trace, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	own, err := syscall.Dup(syscall.Stderr)
	if err != nil {
		panic(err)
	}
	if err := syscall.Dup3(int(trace.Fd()), syscall.Stderr, 0); err != nil {
		panic(err)
	}
	go c.read(bufio.NewScanner(lines), os.NewFile(uintptr(own), "stderr"))
	return c
}

// read passes on what is no line of the trace.
func (c *collector) read(lines *bufio.Scanner, others *os.File) {
	for lines.Scan() {
		found := cycle.FindSubmatch(lines.Bytes())
		if found == nil {
			_, _ = others.Write(append(lines.Bytes(), '\n')) // a log that is gone: nothing is to be said any more
			continue
		}
		c.stopNanos.Add(nanosOf(found[1]) + nanosOf(found[2]))
		c.assistNanos.Add(nanosOf(found[3]))
	}
}

func nanosOf(millis []byte) int64 {
	value, err := strconv.ParseFloat(string(millis), 64)
	if err != nil {
		return 0 // the pattern lets digits and dots through alone
	}
	return int64(value * 1e6)
}

func (c *collector) reset() {
	c.assistNanos.Store(0)
	c.stopNanos.Store(0)
	c.since.Store(time.Now().UnixNano())
}

// share spreads it over requests: help by the time that each allocated, stops by the time that each was under way.
func (c *collector) share(allocating, durations []int64) []int64 {
	all := int64(0)
	for _, nanos := range allocating {
		all += nanos
	}
	lasted := float64(time.Now().UnixNano() - c.since.Load())
	helped, stopped := float64(c.assistNanos.Load())/float64(all+1), float64(c.stopNanos.Load())/lasted
	shares := make([]int64, len(allocating))
	for i, nanos := range allocating {
		shares[i] = int64(helped*float64(nanos) + stopped*float64(durations[i]))
	}
	return shares
}
