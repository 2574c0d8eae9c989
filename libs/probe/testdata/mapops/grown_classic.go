//go:build !go1.24 || (!go1.26 && !goexperiment.swissmap)

package main

import "unsafe"

// runtime/map.go, type hmap
type hmap struct {
	count   int
	flags   uint8
	b       uint8
	_       [6]byte
	buckets unsafe.Pointer
}

const smallest = 8

type room struct {
	slots   int
	buckets unsafe.Pointer
}

var before unsafe.Pointer

// A map that grows gets other buckets, perhaps as many as it had.
func (r room) changedFrom(_, _ int) bool {
	was := before
	before = r.buckets
	return was != nil && was != r.buckets && r.slots > smallest
}

func capacity(m unsafe.Pointer) room {
	h := (*hmap)(m)
	return room{8 << h.b, h.buckets}
}
