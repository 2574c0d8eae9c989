package main

import (
	"strconv"
	"time"
)

// Product is one line of the price list.
type Product struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Cents int    `json:"cents"`
	Stock int    `json:"stock"`
}

const (
	firstProduct = 1000
	productCount = 2000
)

// priceList is where the prices come from: far away, so that reading it takes time and hardly any processor.
type priceList interface {
	read() map[string]Product
}

// slowList makes the same products up at every read, after a wait as long as a slow disk or a far database would need.
type slowList struct{ readTime time.Duration }

func (l slowList) read() map[string]Product {
	time.Sleep(l.readTime)
	products := make(map[string]Product, productCount)
	for n := firstProduct; n < firstProduct+productCount; n++ {
		id := strconv.Itoa(n)
		products[id] = Product{ID: id, Name: "Product " + id, Cents: 99 + n%5000, Stock: n % 40}
	}
	return products
}
