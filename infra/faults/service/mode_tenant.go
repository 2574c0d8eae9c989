package main

import (
	"sync"
	"time"
)

// accounts: each tenant has a lock of its own. With the fault an export of one tenant holds its lock half of the time.
type accounts struct {
	known sync.Map // path → *account
}

type account struct {
	mutex sync.Mutex
	reads int64
}

const (
	exportOf    = "/tenants/acme"
	exportPause = 200 * time.Millisecond
	exportTime  = 250 * time.Millisecond
)

func tenant(s *service) func(*visit) {
	all := &accounts{}
	s.every(exportPause, func() {
		if s.isBroken.Load() {
			all.export(exportOf)
		}
	})
	return all.read
}

func (a *accounts) of(path string) *account {
	one, _ := a.known.LoadOrStore(path, &account{})
	found, _ := one.(*account) // nothing else is stored
	return found
}

func (a *accounts) read(v *visit) {
	one := a.of(v.path)
	asked := time.Now()
	one.mutex.Lock() // mark: tenant-waiter
	v.waited(fault, asked)
	one.reads++
	one.mutex.Unlock()
}

func (a *accounts) export(path string) {
	one := a.of(path)
	one.mutex.Lock()
	time.Sleep(exportTime)
	one.mutex.Unlock() // mark: tenant-release
}
