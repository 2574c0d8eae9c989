//go:build !go1.24

package main

import "net/http"

// Go 1.24 is the first to speak HTTP/2 without TLS.
func allowHTTP2(*http.Server) {}
