package main

import (
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// service is what all modes have in common: a switch for the fault, numbers for requests, and the witness.
type service struct {
	isBroken   atomic.Bool
	numbers    atomic.Int64
	downstream string
	client     *http.Client
	witness    witness
	// requests that read a map while it was written
	overlaps atomic.Int64
	// of mode gc; nil elsewhere
	collector *collector
	// ends the process by the runtime; nil where a mode cannot
	crash func()
	spans *spans
}

// answerTime is for the answer to be on its way before the process is no more.
const answerTime = 20 * time.Millisecond

func newService(downstream string, sent *spans) *service {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	return &service{downstream: downstream, spans: sent, client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
}

// every calls job again and again, with a pause before each call, until the process ends.
func (s *service) every(pause time.Duration, job func()) {
	go func() {
		for {
			time.Sleep(pause)
			job()
		}
	}()
}

// Own work of a request: a sleep, so that it takes as long on a busy machine, and drawn from the request's number, so that
// the same request takes as long with and without the fault. From 20 to 30 ms, evenly.
const (
	leastWork = 20 * time.Millisecond
	moreWork  = 10 * time.Millisecond
)

func workOf(number int64) time.Duration {
	mixed := uint64(number) * 0x9e3779b97f4a7c15 // Fibonacci hashing: neighbours lie far apart (Knuth, TAOCP 3, 6.4)
	return leastWork + time.Duration(mixed>>32)*moreWork/(1<<32)
}

func (s *service) handler(slowly func(*visit)) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		v := &visit{service: s, path: request.URL.Path, query: request.URL.Query(), number: s.numbers.Add(1), started: time.Now()}
		if v.query.Get("work") != "none" {
			time.Sleep(workOf(v.number))
		}
		slowly(v)
		_, _ = io.WriteString(response, "done\n") // a client that has gone has its answer
		took := time.Since(v.started)
		s.witness.add(v, took)
		s.spans.add(v.path, v.started, took)
	})
}

// admin is on a port of its own, away from the clients:
//
//	POST /fault?on=true|false   breaks or mends; begins the witness and the numbers of requests anew
//	GET  /truth                 what the witness saw since then
//	POST /crash                 mode racy: lets the runtime end the process
func (s *service) admin() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("/fault", func(response http.ResponseWriter, request *http.Request) {
		s.isBroken.Store(request.URL.Query().Get("on") == "true")
		s.numbers.Store(0)
		s.witness.reset()
		s.overlaps.Store(0)
		if s.collector != nil {
			s.collector.reset()
		}
		response.WriteHeader(http.StatusNoContent)
	})
	routes.HandleFunc("/truth", func(response http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(response).Encode(s.truth()) // as above
	})
	routes.HandleFunc("/crash", func(response http.ResponseWriter, _ *http.Request) {
		if s.crash == nil {
			http.Error(response, "this mode has no crash", http.StatusNotFound)
			return
		}
		response.WriteHeader(http.StatusNoContent)
		time.AfterFunc(answerTime, s.crash)
	})
	return routes
}

func (s *service) truth() truth {
	told := s.witness.truth()
	told.Overlaps = s.overlaps.Load()
	if s.collector != nil {
		told.WaitNanos[marking] = s.collector.share(told.WaitNanos[causes[fault]], told.DurationNanos)
	}
	return told
}
