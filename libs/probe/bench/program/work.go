package main

import (
	"crypto/sha256"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// work is a request of an ordinary service, about one millisecond of CPU: a cache under a lock, JSON, a goroutine that does
// part of it, and arithmetic for the rest.
type work struct {
	lock   sync.RWMutex
	cache  map[string]item
	rounds int
	client *http.Client // what it asks of another service; nil: nothing
}

type item struct {
	Name   string
	Prices []float64
	Tags   map[string]string
}

const (
	items      = 512
	perRequest = 24
	cpuTarget  = time.Millisecond
)

func newWork() *work {
	w := &work{cache: make(map[string]item, items)}
	for i := 0; i < items; i++ {
		tags := map[string]string{"colour": "red", "size": strconv.Itoa(i % 7)}
		w.cache[key(i)] = item{Name: key(i), Prices: []float64{1.5, float64(i), math.Pi}, Tags: tags}
	}
	w.rounds = roundsFor(cpuTarget - w.measure(200))
	return w
}

func key(i int) string { return "article-" + strconv.Itoa(i%items) }

// measure: the CPU time of a request that does no arithmetic.
func (w *work) measure(n int) time.Duration {
	before := cpuNanos()
	for i := 0; i < n; i++ {
		w.answer(i, io.Discard)
	}
	return time.Duration((cpuNanos() - before) / int64(n))
}

// roundsFor: how many rounds of hash take so long, by the fastest of several tries.
func roundsFor(wanted time.Duration) int {
	const tried = 1000
	best := int64(math.MaxInt64)
	for try := 0; try < 20; try++ {
		before := cpuNanos()
		hash(tried)
		if took := cpuNanos() - before; took > 0 && took < best {
			best = took
		}
	}
	return int(int64(wanted) * tried / best)
}

func hash(rounds int) byte {
	sum := sha256.Sum256(nil)
	for i := 0; i < rounds; i++ {
		sum = sha256.Sum256(sum[:])
	}
	return sum[0]
}

func (w *work) answer(n int, to io.Writer) {
	found := make([]item, 0, perRequest)
	for i := 0; i < perRequest; i++ {
		w.lock.RLock()
		found = append(found, w.cache[key(n*perRequest+i)])
		w.lock.RUnlock()
	}
	if n%10 == 0 {
		w.lock.Lock()
		w.cache[key(n)] = found[0]
		w.lock.Unlock()
	}
	var half sync.WaitGroup
	half.Add(1)
	go func() {
		defer half.Done()
		hash(w.rounds / 2)
	}()
	hash(w.rounds / 2)
	half.Wait()
	_ = json.NewEncoder(to).Encode(found)
}

func (w *work) serve(to http.ResponseWriter, _ *http.Request) {
	n := int(atomic.LoadInt64(&requests))
	if w.client != nil {
		response, err := w.client.Get("http://canned/")
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
	}
	w.answer(n, to)
}
