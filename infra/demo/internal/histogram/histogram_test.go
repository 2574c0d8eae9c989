package histogram

import (
	"math"
	"math/rand"
	"sort"
	"sync"
	"testing"
	"time"
)

func TestEveryDurationFallsInTheBucketThatEndsAtOrAboveIt(t *testing.T) {
	cases := []time.Duration{0, 1, 31, 32, 63, 64, 65, 127, 128, 1000, time.Millisecond, time.Hour, math.MaxInt64}
	for i := 0; i < 10_000; i++ {
		cases = append(cases, time.Duration(rand.Int63()>>(rand.Intn(63))))
	}
	for _, d := range cases {
		i := bucket(d)
		if i < 0 || i >= bucketCount {
			t.Fatalf("bucket(%d) = %d, outside 0..%d", d, i, bucketCount-1)
		}
		if end := upperEnd(i); end < d || float64(end-d) > float64(d)/subCount {
			t.Fatalf("upperEnd(bucket(%d)) = %d: below it or more than 1/%d above", d, end, subCount)
		}
		if i > 0 && upperEnd(i-1) >= d {
			t.Fatalf("bucket %d of %d is not the first that holds it", i, d)
		}
	}
}

func TestQuantilesAgreeWithSortedValues(t *testing.T) {
	var h Histogram
	values := make([]float64, 0, 5000)
	for i := 0; i < cap(values); i++ {
		d := time.Duration(rand.ExpFloat64() * float64(3*time.Millisecond))
		values = append(values, float64(d))
		h.Add(d)
	}
	sort.Float64s(values)
	for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 0.999, 1} {
		want := values[int(math.Ceil(q*float64(len(values))))-1]
		if got := float64(h.Quantile(q)); got < want || got > want*(1+1.0/subCount) {
			t.Errorf("quantile %v = %v, sorted values say %v", q, got, want)
		}
	}
	if h.Max() != time.Duration(values[len(values)-1]) {
		t.Errorf("max = %v, want %v", h.Max(), values[len(values)-1])
	}
}

func TestAnEmptyHistogramAndANegativeDurationAreZero(t *testing.T) {
	var h Histogram
	if h.Quantile(0.99) != 0 || h.Max() != 0 {
		t.Error("an empty histogram has a quantile or a maximum")
	}
	h.Add(-time.Second)
	if h.Quantile(0.5) != 0 || h.Count() != 1 || h.Sum() != 0 {
		t.Error("a negative duration was not counted as zero")
	}
}

func TestNothingIsLostWhenManyAddAtOnce(t *testing.T) {
	var h Histogram
	var writers sync.WaitGroup
	for w := 0; w < 8; w++ {
		writers.Add(1)
		go func(w int) {
			defer writers.Done()
			for i := 0; i < 1000; i++ {
				h.Add(time.Duration(w*1000 + i))
			}
		}(w)
	}
	writers.Wait()
	if h.Count() != 8000 || h.Max() != 7999 || h.Sum() != 8000*7999/2 {
		t.Errorf("count %d, max %d, sum %d", h.Count(), h.Max(), h.Sum())
	}
}
