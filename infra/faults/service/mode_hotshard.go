package main

import (
	"sync"
	"time"
)

// shards: a cache in eight parts, each with its lock, swept one after the other. With the fault most keys fall into one
// part, and sweeping that one takes long.
type shards [8]struct {
	mutex sync.Mutex
	hits  int
}

const (
	hotPart    = 3
	sweepPause = 100 * time.Millisecond
	sweepTime  = 5 * time.Millisecond
	hotTime    = 200 * time.Millisecond
)

func hotShard(s *service) func(*visit) {
	parts := &shards{}
	s.every(sweepPause, func() { parts.sweepAll(s.isBroken.Load()) })
	return parts.get
}

// partOf spreads evenly; with the fault nine keys in ten are hot.
func (s *shards) partOf(v *visit) int {
	if v.isBroken() && v.number%10 != 0 {
		return hotPart
	}
	return int(v.number/10+v.number) % len(s)
}

func (s *shards) get(v *visit) {
	part := &s[s.partOf(v)]
	asked := time.Now()
	part.mutex.Lock() // mark: hot-shard-waiter
	v.waited(fault, asked)
	part.hits++
	part.mutex.Unlock()
}

func (s *shards) sweepAll(isBroken bool) {
	for part := range s {
		took := sweepTime
		if isBroken && part == hotPart {
			took = hotTime
		}
		s.sweep(part, took)
	}
}

func (s *shards) sweep(part int, took time.Duration) {
	s[part].mutex.Lock()
	s[part].hits = 0
	time.Sleep(took)
	s[part].mutex.Unlock() // mark: hot-shard-release
}
