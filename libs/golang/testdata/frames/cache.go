package main

import "sync"

// Cache is the shape of the mistake that Mapscope looks for: readers of a map wait for its rebuild.
type Cache struct {
	mu     sync.RWMutex
	single sync.Mutex
	values map[string]int
}

// Get takes the read lock by a call that the compiler inlines: the frame of RLock exists only in the inline tree.
//
//go:noinline
func (c *Cache) Get(key string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.values[key]
}

//go:noinline
func (c *Cache) Put(key string, value int) {
	c.mu.Lock()
	c.values[key] = value
	c.mu.Unlock()
}

//go:noinline
func (c *Cache) Count() int {
	c.single.Lock()
	defer c.single.Unlock()
	return len(c.values)
}
