//go:build !go1.21

package main

func emptied[K comparable](m map[K]int) int { return 0 }

func cloned[K comparable](m map[K]int) int { return 0 }
