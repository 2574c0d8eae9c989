package main

import (
	"runtime/debug"
	"time"
)

// node is all pointers, so that marking it is work.
type node struct{ left, right *node }

const (
	liveDepth    = 17 // 2^18 nodes of 16 bytes: what a collection has to mark
	garbageDepth = 12
	garbageTrees = 8
	quietPercent = 800
	hastyPercent = 15
	percentCheck = 20 * time.Millisecond
)

// gcAssist: each request makes as much garbage as before; with the fault the collector is told to keep the heap small, runs
// all the time, and whoever allocates helps it to mark. What requests wait for the collector lies
// between two figures: what the runtime counts as marking (gctrace.go), and by how much longer allocating took. In the latter
// is also that they run slower beside the collector's workers, and no clock tells that apart.
func gcAssist(s *service) func(*visit) {
	s.collector = watchCollector()
	live := grow(liveDepth)
	set := quietPercent
	debug.SetGCPercent(set)
	s.every(percentCheck, func() {
		wanted := quietPercent
		if s.isBroken.Load() {
			wanted = hastyPercent
		}
		if wanted != set {
			debug.SetGCPercent(wanted)
			set = wanted
		}
		_ = live.left
	})
	return litter
}

// litter measures how long allocating took; what is beyond the usual is the collector's and its workers'.
func litter(v *visit) {
	asked := time.Now()
	for i := 0; i < garbageTrees; i++ {
		_ = grow(garbageDepth)
	}
	v.waited(fault, asked)
}

func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: grow(depth - 1), right: grow(depth - 1)}
}
