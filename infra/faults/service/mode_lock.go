package main

import (
	"sync"
	"time"
)

// ledger: every request posts to one book under its lock. With the fault one posting in 140 waits for the disk meanwhile.
type ledger struct {
	mutex   sync.Mutex
	balance int64
}

// The posting that holds the lock is slow without waiting for it; so few of them leave p99 to those who wait.
const (
	slowPosting     = 140
	slowPostingTime = 400 * time.Millisecond
)

func lockInPath(*service) func(*visit) { return (&ledger{}).post }

func (l *ledger) post(v *visit) {
	asked := time.Now()
	l.mutex.Lock() // mark: lock-waiter
	v.waited(fault, asked)
	l.balance++
	if v.isBroken() && v.oneIn(slowPosting) {
		time.Sleep(slowPostingTime)
	}
	l.mutex.Unlock() // mark: lock-release
}
