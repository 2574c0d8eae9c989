package main

import (
	"sync"
	"time"
)

// catalog is read by every request and rebuilt in the background. With the fault the rebuild holds the lock all the while.
type catalog struct {
	mutex sync.RWMutex
	items map[int64]int64
}

const (
	rebuildPause = 250 * time.Millisecond
	rebuildTime  = 150 * time.Millisecond
)

func rebuild(s *service) func(*visit) { return newCatalog(s).find }

func newCatalog(s *service) *catalog {
	c := &catalog{items: map[int64]int64{}}
	s.every(rebuildPause, func() { c.rebuild(s.isBroken.Load()) })
	return c
}

func (c *catalog) find(v *visit) {
	asked := time.Now()
	c.mutex.RLock() // mark: rebuild-waiter
	v.waited(fault, asked)
	_ = c.items[v.number]
	c.mutex.RUnlock()
}

func (c *catalog) rebuild(isBroken bool) {
	if !isBroken {
		time.Sleep(rebuildTime)
	}
	c.mutex.Lock()
	if isBroken {
		time.Sleep(rebuildTime)
	}
	c.items = map[int64]int64{}
	c.mutex.Unlock() // mark: rebuild-release
}
