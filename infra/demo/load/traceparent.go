package main

import (
	"crypto/rand"
	"encoding/hex"
)

// traceparent makes a W3C Trace Context header of version 00 with new ids and the flag "sampled":
//
//	00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
//	   trace id, 16 bytes               parent id, 8     flags
//
// The ids come from the system's random source and not from -seed: two runs with one seed must not share traces.
func traceparent() string {
	for {
		var ids [24]byte
		if _, err := rand.Read(ids[:]); err != nil {
			panic("the system gives no random bytes: " + err.Error())
		}
		if usable(ids[:16]) && usable(ids[16:]) {
			return "00-" + hex.EncodeToString(ids[:16]) + "-" + hex.EncodeToString(ids[16:]) + "-01"
		}
	}
}

// usable says whether an id has a bit set: the standard calls ids of all zeros invalid.
func usable(id []byte) bool {
	for _, b := range id {
		if b != 0 {
			return true
		}
	}
	return false
}
