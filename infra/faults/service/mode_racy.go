package main

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// longest makes a key so long that writing it takes some milliseconds. All of that is hashing, which the runtime does before it
// sets its flag: two goroutines are in the map at a time, and it does not notice. It is there already, by the same pointer,
// and is a string: so nothing is copied, compared or called while the flag is set, where the writer might be made to wait for
// a CPU (runtime/map_faststr.go; internal/runtime/maps/runtime_faststr_swiss.go. A delete calls a function there).
// It is made in this mode alone: a collector paces itself by what lives.
func longest() string { return strings.Repeat("a session of somebody ", 6<<19) }

const (
	// Maps of eight entries and fewer are searched without hashing.
	knownUsers = 64
	renewOneIn = 40
	// Until the writer is in the map, and far from out of it.
	headStart = time.Millisecond
)

// someUser is a variable, so that the map is asked each time.
var someUser = "7"

// sessions are read by every request. With the fault some requests have one renewed and read on, without a lock: the service
// goes on, until the runtime notices and ends it.
type sessions struct {
	users     map[string]int
	longest   string
	isWriting atomic.Bool
}

func racy(s *service) func(*visit) {
	all := &sessions{users: map[string]int{}, longest: longest()}
	for i := 0; i < knownUsers; i++ {
		all.users[strconv.Itoa(i)] = i
	}
	all.users[all.longest] = 0
	s.crash = all.crash
	return func(v *visit) {
		if v.isBroken() && v.oneIn(renewOneIn) {
			go all.renew()
			time.Sleep(headStart)
		}
		if all.isWriting.Load() {
			s.overlaps.Add(1)
		}
		all.find()
	}
}

//go:noinline
func (all *sessions) renew() {
	all.isWriting.Store(true)
	all.users[all.longest] = 1 // mark: racy-writer
	all.isWriting.Store(false)
}

//go:noinline
func (all *sessions) find() int {
	return all.users[someUser] // mark: racy-reader
}

// crash writes from two goroutines, all the time, until the runtime has enough.
func (all *sessions) crash() {
	go all.count("1")
	go all.count("2")
}

//go:noinline
func (all *sessions) count(user string) {
	for {
		all.users[user]++ // mark: racy-crash
	}
}
