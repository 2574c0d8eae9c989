//go:build go1.21

package main

import "maps"

//go:noinline
func emptied[K comparable](m map[K]int) int {
	clear(m)
	return 1
}

//go:noinline
func cloned[K comparable](m map[K]int) int {
	sink = maps.Clone(m)
	return 1
}
