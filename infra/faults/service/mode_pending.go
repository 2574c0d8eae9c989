package main

import (
	"sync"
	"time"
)

// board is read by requests, written for an instant ten times a second, and with the fault read slowly by a report: the
// writer waits for the report, and every later reader waits behind the writer.
type board struct {
	mutex sync.RWMutex
	score int64
}

const (
	writePause  = 100 * time.Millisecond
	reportPause = 200 * time.Millisecond
	reportTime  = 250 * time.Millisecond
)

func pendingWriter(s *service) func(*visit) {
	b := &board{}
	s.every(writePause, b.write)
	s.every(reportPause, func() {
		if s.isBroken.Load() {
			b.report()
		}
	})
	return b.read
}

func (b *board) read(v *visit) {
	asked := time.Now()
	b.mutex.RLock() // mark: pending-waiter
	v.waited(fault, asked)
	_ = b.score
	b.mutex.RUnlock()
}

func (b *board) write() {
	b.mutex.Lock()
	b.score++
	b.mutex.Unlock() // mark: pending-release
}

func (b *board) report() {
	b.mutex.RLock()
	time.Sleep(reportTime)
	b.mutex.RUnlock() // mark: pending-reader
}
