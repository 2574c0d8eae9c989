package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// connection is one that has no other end; the embedding types read and write.
type connection struct {
	once   sync.Once
	closed chan struct{}
}

func newConnection() connection { return connection{closed: make(chan struct{})} }

func (c *connection) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}
func (*connection) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*connection) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*connection) SetDeadline(time.Time) error      { return nil }
func (*connection) SetReadDeadline(time.Time) error  { return nil }
func (*connection) SetWriteDeadline(time.Time) error { return nil }

const rawRequest = "GET /hello HTTP/1.1\r\nHost: bench\r\nUser-Agent: bench\r\nAccept: */*\r\n" +
	"Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n"

// requests brings so many requests, one as soon as the one before is answered.
type requestSource struct {
	connection
	left   int
	unread string
	wanted chan struct{}
}

func newRequests(n int) *requestSource {
	r := &requestSource{connection: newConnection(), left: n, wanted: make(chan struct{}, 1)}
	r.wanted <- struct{}{}
	return r
}

func (r *requestSource) Read(to []byte) (int, error) {
	if r.unread == "" {
		if r.left == 0 {
			return 0, io.EOF
		}
		select {
		case <-r.wanted:
		case <-r.closed:
			return 0, io.EOF
		}
		r.left--
		r.unread = rawRequest
	}
	n := copy(to, r.unread)
	r.unread = r.unread[n:]
	return n, nil
}

// Write: net/http's server flushes one answer with one call.
func (r *requestSource) Write(from []byte) (int, error) {
	select {
	case r.wanted <- struct{}{}:
	default:
	}
	return len(from), nil
}

type memoryListener struct {
	connection
	accepted chan net.Conn
}

func newMemoryListener() *memoryListener {
	return &memoryListener{connection: newConnection(), accepted: make(chan net.Conn)}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case accepted := <-l.accepted:
		return accepted, nil
	case <-l.closed:
		return nil, errors.New("closed")
	}
}
func (l *memoryListener) Addr() net.Addr { return l.LocalAddr() }

// canned answers each request that is written with the same words.
type canned struct {
	connection
	asked chan struct{}
}

func (c *canned) Write(from []byte) (int, error) {
	c.asked <- struct{}{}
	return len(from), nil
}

func (c *canned) Read(to []byte) (int, error) {
	select {
	case <-c.asked:
		return copy(to, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), nil
	case <-c.closed:
		return 0, io.EOF
	}
}

func cannedClient() *http.Client {
	dial := func(context.Context, string, string) (net.Conn, error) {
		return &canned{connection: newConnection(), asked: make(chan struct{}, 1)}, nil
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}
