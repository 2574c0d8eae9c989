package main

import (
	"sync"
	"time"
)

// Cache holds the price list in memory: read by every request, replaced as a whole by Rebuild.
//
//	requests ── Get ──► RLock ── products[id] ── RUnlock        (well under a microsecond)
//	refresh ─ Rebuild ► Lock ─── products = fresh ─── Unlock    (microseconds, or as long as reading the list takes)
type Cache struct {
	mu       sync.RWMutex
	products map[string]Product
	waits    waitMeter
}

// Get finds a product by its id.
func (c *Cache) Get(id string) (Product, bool) {
	asked := time.Now()
	c.mu.RLock()
	waited := time.Since(asked)
	product, found := c.products[id]
	c.mu.RUnlock()
	c.waits.add(waited)
	return product, found
}

// Rebuild reads the price list again and replaces the map. The list is slow to read. Read before the lock is taken,
// nobody notices; read while the lock is held (the mistake this demo is about), every Get waits for the reading.
func (c *Cache) Rebuild(list priceList, readWhileLocked bool) {
	var fresh map[string]Product
	if !readWhileLocked {
		fresh = list.read()
	}
	c.mu.Lock()
	if readWhileLocked {
		fresh = list.read()
	}
	c.products = fresh
	c.mu.Unlock()
}
