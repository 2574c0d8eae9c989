//go:build grpc && go1.20

package main

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func plain() grpc.DialOption { return grpc.WithTransportCredentials(insecure.NewCredentials()) }
