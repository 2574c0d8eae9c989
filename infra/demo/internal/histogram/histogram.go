// Package histogram counts durations in log-linear buckets, so that a quantile costs no memory per sample.
//
//	nanoseconds   0 1 2 … 63 | 64 66 68 … 126 | 128 132 … | 256 …      each power of two is cut into 32 equal parts,
//	bucket width      1      |       2        |     4     |  8         so a quantile is off by at most 1/32 = 3.1 %
package histogram

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

const (
	subBits     = 5
	subCount    = 1 << subBits                // 32 parts per power of two
	bucketCount = (64 - subBits) << subBits   // every value of an int64 has a bucket: nothing is cut off
	exact       = time.Duration(2 * subCount) // below 64 ns a bucket holds one value
)

// Histogram may be used by many goroutines at once. The zero value is empty and ready.
type Histogram struct {
	counts [bucketCount]atomic.Int64
	total  atomic.Int64
	sum    atomic.Int64
	max    atomic.Int64
}

// Add counts one duration; a negative one (a clock set back) counts as zero.
func (h *Histogram) Add(d time.Duration) {
	if d < 0 {
		d = 0
	}
	h.counts[bucket(d)].Add(1)
	h.total.Add(1)
	h.sum.Add(int64(d))
	for seen := h.max.Load(); int64(d) > seen && !h.max.CompareAndSwap(seen, int64(d)); {
		seen = h.max.Load()
	}
}

// Count is the number of durations added.
func (h *Histogram) Count() int64 { return h.total.Load() }

// Sum is all durations added up.
func (h *Histogram) Sum() time.Duration { return time.Duration(h.sum.Load()) }

// Max is the longest duration added, exactly.
func (h *Histogram) Max() time.Duration { return time.Duration(h.max.Load()) }

// Quantile is the upper end of the bucket that holds the q-th value (nearest rank), never above Max; 0 when empty.
func (h *Histogram) Quantile(q float64) time.Duration {
	total := h.total.Load()
	if total == 0 {
		return 0
	}
	rank := int64(math.Ceil(q * float64(total)))
	if rank < 1 {
		rank = 1
	}
	for i := range h.counts {
		rank -= h.counts[i].Load()
		if rank <= 0 {
			return least(upperEnd(i), h.Max())
		}
	}
	return h.Max()
}

func bucket(d time.Duration) int {
	if d < exact {
		return int(d)
	}
	shift := bits.Len64(uint64(d)) - subBits - 1
	return shift<<subBits + int(d>>shift)
}

// upperEnd is the largest duration of bucket i: the inverse of bucket.
func upperEnd(i int) time.Duration {
	if i < int(exact) {
		return time.Duration(i)
	}
	shift := i>>subBits - 1
	part := i - shift<<subBits
	return time.Duration(part+1)<<shift - 1
}

func least(a, b time.Duration) time.Duration {
	if a < b {
		return a
	}
	return b
}
