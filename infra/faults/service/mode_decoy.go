package main

import (
	"sync"
	"time"
)

// meter is a planted lie: a lock that every request waits for, many times and never long, and with the fault twice as often.
// What slows requests down is something else.
type meter struct {
	mutex sync.Mutex
	count int64
}

const (
	countPause = time.Millisecond
	countTime  = 200 * time.Microsecond
)

func newMeter(s *service) *meter {
	m := &meter{}
	s.every(countPause, func() {
		m.mutex.Lock()
		time.Sleep(countTime)
		m.mutex.Unlock() // mark: decoy-release
	})
	return m
}

func (m *meter) tick(v *visit) {
	times := 4
	if v.isBroken() {
		times = 8
	}
	for i := 0; i < times; i++ {
		m.mutex.Lock() // mark: decoy-waiter
		m.count++
		m.mutex.Unlock()
	}
}

// decoy: three calls in ten to the other service are slow, and the meter is not to blame.
func decoy(s *service) func(*visit) {
	m := newMeter(s)
	return func(v *visit) {
		m.tick(v)
		v.callStock(fault, v.isBroken() && v.number%10 < 3)
	}
}

// nap: three requests in ten sleep, which no probe sees. Nobody may be blamed.
func nap(s *service) func(*visit) {
	m := newMeter(s)
	return func(v *visit) {
		m.tick(v)
		asked := time.Now()
		if v.isBroken() && v.number%10 < 3 {
			time.Sleep(slowCall)
		}
		v.waited(fault, asked)
	}
}
