package main

import (
	"crypto/sha256"
	"time"
)

// work is the processor time one request costs: a fixed number of hash rounds, so that the same work is done whether
// the machine is idle, busy or probed (a loop until a clock says so would hide every slowdown).
type work struct{ rounds int }

// calibrate finds how many rounds take `cost` here. The fastest of several tries counts: others were disturbed.
func calibrate(cost time.Duration) work {
	const tried = 5000
	fastest := time.Duration(1<<63 - 1)
	for i := 0; i < 5; i++ {
		started := time.Now()
		work{rounds: tried}.do(1)
		if took := time.Since(started); took > 0 && took < fastest {
			fastest = took
		}
	}
	return work{rounds: int(float64(tried) * float64(cost) / float64(fastest))}
}

// do burns a share of the work, 0…1, and returns its result so that it cannot be optimised away.
func (w work) do(share float64) [sha256.Size]byte {
	var sum [sha256.Size]byte
	for i := 0; i < int(float64(w.rounds)*share); i++ {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}
