package main

import (
	"io"
	"time"
)

const slowCall = 200 * time.Millisecond

// stock is the other service: it answers after the time it is asked to take.
func stock(*service) func(*visit) {
	return func(v *visit) {
		if took, err := time.ParseDuration(v.query.Get("take")); err == nil {
			time.Sleep(took)
		}
	}
}

// slowDownstream: every request asks the other service; with the fault three calls in ten take long.
func slowDownstream(*service) func(*visit) {
	return func(v *visit) { v.callStock(fault, v.isBroken() && v.number%10 < 3) }
}

func (v *visit) callStock(cause int, isSlow bool) {
	take := time.Millisecond
	if isSlow {
		take = slowCall
	}
	asked := time.Now()
	response, err := v.service.client.Get("http://" + v.service.downstream + "/stock?work=none&take=" + take.String())
	v.waited(cause, asked)
	if err != nil {
		return // the request is answered all the same; a run in which this happens shows too few calls
	}
	_, _ = io.Copy(io.Discard, response.Body) // read to the end, or the connection is not used again
	_ = response.Body.Close()
}
