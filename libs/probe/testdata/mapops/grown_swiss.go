//go:build go1.26 || (go1.24 && goexperiment.swissmap)

package main

import "unsafe"

// internal/runtime/maps/map.go, type Map; table.go, type table
type swissMap struct {
	used   uint64
	seed   uintptr
	dirPtr unsafe.Pointer
	dirLen int
}

type table struct {
	used     uint16
	capacity uint16
}

const smallest = 8

type room struct{ slots int }

func (r room) changedFrom(slots, _ int) bool { return r.slots != slots }

// A directory may name one table several times in a row.
func capacity(m unsafe.Pointer) room {
	s := (*swissMap)(m)
	if s.dirLen == 0 {
		return room{smallest}
	}
	slots := 0
	var last *table
	for _, t := range unsafe.Slice((**table)(s.dirPtr), s.dirLen) {
		if t != last {
			slots += int(t.capacity)
		}
		last = t
	}
	return room{slots}
}
