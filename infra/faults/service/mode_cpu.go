package main

import (
	"crypto/sha256"
	"runtime"
	"time"
)

// burnRounds of SHA-256 over 32 bytes: some 10 to 20 ms of one CPU. A number of rounds and no time, so that a busy machine does
// the same work.
const (
	burnRounds = 100_000
	usualRound = 1_000
)

// processors are more than there are requests at a time: what a request waits for is then a CPU of the machine, which is time
// that its goroutine runs, and not a place among Go's processors, which is another cause.
const processors = 16

var sink [sha256.Size]byte

// cpuBurn: with the fault each request computes a hundred times as much.
func cpuBurn(*service) func(*visit) {
	runtime.GOMAXPROCS(processors)
	return func(v *visit) {
		rounds := usualRound
		if v.isBroken() {
			rounds = burnRounds
		}
		asked := time.Now()
		sum := sha256.Sum256([]byte(v.path))
		for i := 0; i < rounds; i++ {
			sum = sha256.Sum256(sum[:])
		}
		v.waited(fault, asked)
		if sum == sink {
			panic("a fixed point of SHA-256") // keeps the loop from being optimised away
		}
	}
}
