package main

import (
	"sync"
	"time"
)

// spooler: each request holds the lock for a moment of its own. Behind a long holder a convoy forms, in which most waits
// end by the release of the request in front, though the job at its head caused them all.
type spooler struct {
	mutex  sync.Mutex
	length int
}

const (
	spoolTime  = 2 * time.Millisecond
	flushPause = 400 * time.Millisecond
	flushTime  = 200 * time.Millisecond
)

func convoy(s *service) func(*visit) {
	one := &spooler{}
	s.every(flushPause, func() {
		if s.isBroken.Load() {
			one.flush()
		}
	})
	return one.append
}

func (q *spooler) append(v *visit) {
	asked := time.Now()
	q.mutex.Lock() // mark: convoy-waiter
	v.waited(fault, asked)
	q.length++
	time.Sleep(spoolTime)
	q.mutex.Unlock()
}

func (q *spooler) flush() {
	q.mutex.Lock()
	q.length = 0
	time.Sleep(flushTime)
	q.mutex.Unlock() // mark: convoy-release
}
