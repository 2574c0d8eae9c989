//go:build grpc && !go1.20

package main

import "google.golang.org/grpc"

func plain() grpc.DialOption { return grpc.WithInsecure() }
