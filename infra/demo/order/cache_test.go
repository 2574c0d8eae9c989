package main

import (
	"sync"
	"testing"
)

// gatedList lets a test decide how long reading the price list takes.
type gatedList struct {
	reading chan struct{} // closed when the reading has begun
	resume  chan struct{} // closed to let it end
	prices  map[string]Product
}

func newGatedList(prices map[string]Product) *gatedList {
	return &gatedList{reading: make(chan struct{}), resume: make(chan struct{}), prices: prices}
}

func (l *gatedList) read() map[string]Product {
	close(l.reading)
	<-l.resume
	return l.prices
}

var oneProduct = map[string]Product{"1": {ID: "1", Cents: 100}}

func TestGetFindsWhatTheLastRebuildRead(t *testing.T) {
	cache := &Cache{products: oneProduct}
	if product, found := cache.Get("1"); !found || product.Cents != 100 {
		t.Fatalf("Get = %v, %v", product, found)
	}
	cache.Rebuild(slowList{}, false)
	if _, found := cache.Get("1"); found {
		t.Error("a product that left the list is still found")
	}
	if product, found := cache.Get("1000"); !found || product.ID != "1000" {
		t.Errorf("Get = %v, %v", product, found)
	}
}

func TestAGoodRebuildReadsTheListWithTheLockFree(t *testing.T) {
	cache, list := &Cache{products: oneProduct}, newGatedList(nil)
	done := make(chan struct{})
	go func() { cache.Rebuild(list, false); close(done) }()
	<-list.reading
	if _, found := cache.Get("1"); !found { // would never return if the lock were held
		t.Error("the old prices are gone before the new ones are there")
	}
	close(list.resume)
	<-done
}

func TestWithTheFaultGetWaitsUntilTheListIsRead(t *testing.T) {
	cache, list := &Cache{}, newGatedList(oneProduct)
	var rebuild sync.WaitGroup
	rebuild.Add(1)
	go func() { cache.Rebuild(list, true); rebuild.Done() }()
	<-list.reading
	if cache.mu.TryRLock() {
		t.Fatal("the lock is free while the list is read")
	}
	found := make(chan bool)
	go func() { _, ok := cache.Get("1"); found <- ok }()
	close(list.resume)
	if !<-found {
		t.Error("Get came back before the new prices were there")
	}
	rebuild.Wait()
	if got := cache.waits.report().Calls; got != 1 {
		t.Errorf("the meter counted %d calls of Get, want 1", got)
	}
}

func TestReadersAndRebuildsDoNotRace(t *testing.T) {
	cache := &Cache{}
	cache.Rebuild(slowList{}, false)
	var all sync.WaitGroup
	for n := 0; n < 4; n++ {
		all.Add(2)
		go func() { defer all.Done(); cache.Rebuild(slowList{}, true) }()
		go func() {
			defer all.Done()
			for i := 0; i < 500; i++ {
				if _, found := cache.Get("1999"); !found {
					t.Error("a product on every list was not found")
				}
			}
		}()
	}
	all.Wait()
}
