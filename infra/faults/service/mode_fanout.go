package main

import (
	"sync"
	"time"
)

// fanOut: a request asks the catalog on three goroutines and waits for the last of them: the lock is on its way all the
// same, though the request itself waits for a WaitGroup.
func fanOut(s *service) func(*visit) {
	items := newCatalog(s)
	return func(v *visit) {
		asked := time.Now()
		all := sync.WaitGroup{}
		all.Add(3)
		for i := 0; i < 3; i++ {
			go items.lookUp(&all)
		}
		all.Wait() // mark: fan-out-group
		v.waited(fault, asked)
	}
}

func (c *catalog) lookUp(done *sync.WaitGroup) {
	defer done.Done()
	c.mutex.RLock() // mark: fan-out-waiter
	_ = c.items[0]
	c.mutex.RUnlock()
}
