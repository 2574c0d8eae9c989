package main

import (
	"bytes"
	"context"
	"io"
	"math/rand"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// generator sends calls at their time. At most cap(places) are outstanding; a call that finds no place is shed and counted.
type generator struct {
	url     string
	client  *http.Client
	places  chan struct{}
	whole   *tally
	recent  atomic.Pointer[tally]
	running sync.WaitGroup
}

func newGenerator(url string, connections, outstanding int, timeout time.Duration) *generator {
	transport := &http.Transport{
		MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections, IdleConnTimeout: time.Minute, DisableCompression: true,
	}
	g := &generator{url: url, client: &http.Client{Transport: transport, Timeout: timeout},
		places: make(chan struct{}, outstanding), whole: &tally{}}
	g.recent.Store(&tally{})
	return g
}

// run sends until stopped, then waits for the answers that are still out; the client's timeout bounds that.
func (g *generator) run(stop context.Context, due arrivals, m mix, chance *rand.Rand) {
	for when := time.Now(); napUntil(when, stop); when = when.Add(due.gap()) {
		next := m.pick(chance)
		select {
		case g.places <- struct{}{}:
			g.running.Add(1)
			go g.send(next, when)
		default:
			g.count(func(t *tally) { t.shed.Add(1) })
		}
	}
	g.running.Wait()
}

func (g *generator) send(c call, intended time.Time) {
	defer g.running.Done()
	late := time.Since(intended)
	g.count(func(t *tally) { t.sent.Add(1); t.late.Add(late) })
	good := g.ask(c)
	took := time.Since(intended) // from the intended start: time lost in a queue of ours counts
	<-g.places
	g.count(func(t *tally) {
		t.latency.Add(took)
		if good {
			t.ok.Add(1)
		} else {
			t.errors.Add(1)
		}
	})
}

func (g *generator) ask(c call) bool {
	request, err := http.NewRequest(c.method, g.url+c.path, bytes.NewReader(c.body))
	if err != nil {
		return false
	}
	request.Header.Set("traceparent", traceparent())
	if c.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := g.client.Do(request)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close() // all was read: closing has nothing left to lose
	return err == nil && response.StatusCode < http.StatusBadRequest
}

func (g *generator) count(add func(*tally)) {
	add(g.whole)
	add(g.recent.Load())
}

func (g *generator) outstanding() int64 { return int64(len(g.places)) }
