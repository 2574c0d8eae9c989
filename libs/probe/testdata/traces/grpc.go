//go:build grpc

package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	unary     = "/grpc.health.v1.Health/Check"
	streaming = "/grpc.health.v1.Health/Watch"
	parallel  = 20
)

type server struct{ health.UnimplementedHealthServer }

func init() { cases = append(cases, rpcCases) }

// note waits in a handler, on its goroutine and on one that it starts. The client says in Service which trace it sent.
func note(path, trace string) {
	row := Request{Path: path, Trace: trace, Source: 2}
	if trace != "" {
		row.Source, row.Parent = 1, labelSpan
	}
	wait(Wait{Name: path, Trace: trace, Binding: exact, OfRequest: "rpc"})
	inside(func() { wait(Wait{Name: path + ", started goroutine", Trace: trace, Binding: inherited, OfRequest: "rpc"}) })
	mu.Lock()
	defer mu.Unlock()
	expected.Requests = append(expected.Requests, row)
}

func (server) Check(_ context.Context, request *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	note(unary, strings.TrimPrefix(request.Service, "fail"))
	if strings.HasPrefix(request.Service, "fail") {
		return nil, status.Error(codes.NotFound, "as asked")
	}
	return &health.HealthCheckResponse{Status: health.HealthCheckResponse_SERVING}, nil
}

func (server) Watch(request *health.HealthCheckRequest, stream health.Health_WatchServer) error {
	for i := 0; i < 3; i++ {
		if err := stream.Send(&health.HealthCheckResponse{}); err != nil {
			return err
		}
	}
	note(streaming, request.Service)
	return nil
}

func rpcCases() {
	for _, options := range [][]grpc.ServerOption{nil, {grpc.NumStreamWorkers(2)}} {
		withServer(options, func(client health.HealthClient, which string) {
			id := func(number int) string { return fmt.Sprintf("%s%030x", which, number) }
			call := func(trace, service string, more ...string) {
				ctx := context.Background()
				if trace != "" {
					more = append(more, "traceparent", "00-"+trace+"-"+labelSpan+"-01")
				}
				_, _ = client.Check(metadata.AppendToOutgoingContext(ctx, more...), &health.HealthCheckRequest{Service: service})
			}
			call("", "")
			call(id(1), id(1))
			call(id(2), "fail"+id(2))
			call("", "", "traceparent", "00-"+strings.ToUpper(labelTrace)+"-"+labelSpan+"-01")
			var others []string
			for i := 0; i < 40; i++ {
				others = append(others, fmt.Sprintf("other%d", i), "x")
			}
			call(id(3), id(3), others...)
			watched := metadata.AppendToOutgoingContext(context.Background(), "traceparent", "00-"+id(4)+"-"+labelSpan+"-01")
			if stream, err := client.Watch(watched, &health.HealthCheckRequest{Service: id(4)}); err == nil {
				for err == nil {
					_, err = stream.Recv()
				}
			}
			var group sync.WaitGroup
			for i := 0; i < parallel; i++ {
				group.Add(1)
				go func(i int) {
					defer group.Done()
					call(id(100+i), id(100+i))
				}(i)
			}
			group.Wait()
			wait(Wait{Name: "the client's goroutine"})
		})
	}
}

func withServer(options []grpc.ServerOption, work func(client health.HealthClient, which string)) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	listening := grpc.NewServer(options...)
	health.RegisterHealthServer(listening, server{})
	go func() { _ = listening.Serve(listener) }()
	connection, err := grpc.Dial(listener.Addr().String(), plain())
	if err != nil {
		panic(err)
	}
	work(health.NewHealthClient(connection), fmt.Sprintf("%02x", 0xa0+len(options)))
	connection.Close()
	listening.GracefulStop()
}
