package main

import (
	"sync/atomic"
	"time"
)

// session is a key so large that an operation takes a hundred microseconds and more, and two of them meet now and then. Nearly all of
// that is hashing, which the runtime does before it sets its flag (runtime/map.go, mapassign; internal/runtime/maps/runtime.go):
// so it does not notice for a long time, and the map is used by two goroutines all the same.
type session [1 << 21]byte

var (
	known  [2]session
	absent session
)

// sessions are read by every request. With the fault they are swept without a lock: the service goes on, until the runtime
// notices and ends it.
type sessions struct {
	users      map[session]int
	isSweeping atomic.Bool
}

const sweepEvery = 2 * time.Millisecond

func racy(s *service) func(*visit) {
	for i := range known {
		known[i][0] = byte(i + 1)
	}
	all := &sessions{users: map[session]int{known[0]: 1, known[1]: 2}}
	s.every(sweepEvery, func() {
		if s.isBroken.Load() {
			all.sweep()
		}
	})
	s.crash = all.crash
	return func(v *visit) {
		// Before the read: a sweep that begins during it is not the reader's to notice.
		if all.isSweeping.Load() {
			s.overlaps.Add(1)
		}
		all.find()
	}
}

// sweep deletes what is not there: the keys it meets differ in their hashes, so none is compared while the flag is set.
//
//go:noinline
func (all *sessions) sweep() {
	all.isSweeping.Store(true)
	delete(all.users, absent) // mark: racy-writer
	all.isSweeping.Store(false)
}

//go:noinline
func (all *sessions) find() int {
	return all.users[absent] // mark: racy-reader
}

// crash writes from two goroutines until the runtime has enough. Keys that are there are compared while the flag is set.
func (all *sessions) crash() {
	for i := range known {
		go all.count(i)
	}
}

//go:noinline
func (all *sessions) count(i int) {
	for {
		all.users[known[i]]++ // mark: racy-crash
	}
}
