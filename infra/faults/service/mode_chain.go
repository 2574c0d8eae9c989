package main

import (
	"sync"
	"time"
)

// archive: readers need the index; writers keep the index while they wait for the disk, which with the fault a background
// job keeps half of the time. Readers wait for writers who wait for the job.
type archive struct {
	index, disk sync.Mutex
	entries     int64
}

const (
	syncPause = 200 * time.Millisecond
	syncTime  = 250 * time.Millisecond
)

func chain(s *service) func(*visit) {
	a := &archive{}
	s.every(syncPause, func() {
		if s.isBroken.Load() {
			a.sync()
		}
	})
	return func(v *visit) {
		if v.oneIn(5) {
			a.write(v)
		} else {
			a.read(v)
		}
	}
}

func (a *archive) read(v *visit) {
	asked := time.Now()
	a.index.Lock() // mark: chain-waiter
	v.waited(fault, asked)
	a.index.Unlock()
}

func (a *archive) write(v *visit) {
	asked := time.Now()
	a.index.Lock() // mark: chain-writer
	v.waited(fault, asked)
	asked = time.Now()
	a.disk.Lock() // mark: chain-second-waiter
	v.waited(second, asked)
	a.entries++
	a.disk.Unlock()
	a.index.Unlock() // mark: chain-release
}

func (a *archive) sync() {
	a.disk.Lock()
	time.Sleep(syncTime)
	a.disk.Unlock() // mark: chain-second-release
}
