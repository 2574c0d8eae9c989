// Callserver makes HTTP calls of every kind and writes down each one itself, so that a test can compare.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Call is one round trip as the program saw it.
type call struct {
	Method string
	Host   string
	Status int
	Error  bool
	Nanos  int64
	Trace  string
}

var (
	mu    sync.Mutex
	calls []call
)

// Recorder times a transport. Two around each other stand for a nested round trip.
type recorder struct {
	inner *http.Transport
}

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	method := req.Method
	if method == "" {
		method = "GET"
	}
	host := ""
	if req.URL != nil {
		host = req.URL.Host
	}
	trace := req.Context().Value(traceKey{})
	begin := time.Now()
	resp, err := r.inner.RoundTrip(req)
	made := call{Method: method, Host: host, Error: err != nil, Nanos: int64(time.Since(begin)), Trace: fmt.Sprint(trace)}
	if resp != nil {
		made.Status = resp.StatusCode
	}
	mu.Lock()
	calls = append(calls, made)
	mu.Unlock()
	return resp, err
}

type traceKey struct{}

// Deep grows the stack while a round trip is open on it, so that the runtime moves it.
//
//go:noinline
func deep(levels int, then func()) int {
	var frame [512]byte
	frame[levels%512] = 1
	if levels == 0 {
		then()
		return int(frame[0])
	}
	return deep(levels-1, then) + int(frame[levels%512])
}

// Protocol is what a transport hands requests of the scheme "test" to: on the caller's stack, within its round trip.
type protocol struct {
	inner http.RoundTripper
}

func (p protocol) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if strings.HasPrefix(req.URL.Path, "/panic") {
		panic("planted")
	}
	again := req.Clone(req.Context())
	again.URL.Scheme = "http"
	deep(200, func() { resp, err = p.inner.RoundTrip(again) })
	return resp, err
}

type caller struct {
	client *http.Client
	secure *http.Client
	down   string
	tls    string
}

func newCaller() caller {
	down := httptest.NewServer(http.HandlerFunc(downstream))
	secure := httptest.NewUnstartedServer(http.HandlerFunc(downstream))
	secure.EnableHTTP2 = true
	secure.StartTLS()
	transport := &http.Transport{}
	transport.RegisterProtocol("test", protocol{recorder{&http.Transport{}}})
	// Of httptest's own client only what it trusts.
	trusting, _ := secure.Client().Transport.(*http.Transport)
	return caller{
		client: &http.Client{Transport: recorder{transport}},
		secure: &http.Client{Transport: recorder{trusting}},
		down:   down.Listener.Addr().String(),
		tls:    secure.Listener.Addr().String(),
	}
}

// downstream answers after ?wait=… milliseconds with ?status=…
func downstream(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	wait, _ := strconv.Atoi(query.Get("wait"))
	time.Sleep(time.Duration(wait) * time.Millisecond)
	if to := query.Get("to"); to != "" {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	if status, _ := strconv.Atoi(query.Get("status")); status != 0 {
		w.WriteHeader(status)
	}
	fmt.Fprintln(w, "ok")
}

func (c caller) do(r *http.Request, client *http.Client, method, url string) {
	req, err := http.NewRequestWithContext(r.Context(), method, url, nil)
	if err != nil {
		panic(err)
	}
	resp, err := client.Do(req)
	if err == nil {
		resp.Body.Close()
	}
}

func (c caller) get(r *http.Request, path string) {
	c.do(r, c.client, "GET", "http://"+c.down+path)
}

func (c caller) panics(r *http.Request) {
	defer func() { _ = recover() }()
	c.do(r, c.client, "GET", "test://"+c.down+"/panic")
}

func (c caller) parallel(r *http.Request, count int) {
	var all sync.WaitGroup
	for i := 0; i < count; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			c.get(r, "/parallel?wait=20")
		}()
	}
	all.Wait()
}

// script is what one request of /work does.
func (c caller) script(r *http.Request) {
	c.get(r, "/plain?wait=15&secret=1")
	c.get(r, "/first?wait=10&to=/second%3Fwait=10")
	c.do(r, c.client, "POST", "http://user:secret@"+c.down+"/post?status=503&wait=10")
	c.do(r, c.client, "BREW", "http://"+c.down+"/odd?status=418")
	c.do(r, c.client, "GET", "http://127.0.0.1:1/refused")
	c.do(r, c.client, "GET", "gopher://unknown.test/scheme")
	c.do(r, c.client, "GET", "test://"+c.down+"/nested?wait=20")
	c.panics(r)
	c.do(r, c.client, "GET", "test://"+c.down+"/nested?wait=10")
	c.do(r, c.secure, "GET", "https://"+c.tls+"/two?wait=10")
	c.do(r, c.secure, "GET", "https://"+c.tls+"/two?wait=10")
	c.parallel(r, 10)
}

// traced hands the trace id down, so that each call knows its own.
func traced(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		trace := ""
		if parts := strings.Split(r.Header.Get("traceparent"), "-"); len(parts) == 4 {
			trace = parts[1]
		}
		serve(w, r.WithContext(context.WithValue(r.Context(), traceKey{}, trace)))
	}
}

func main() {
	c := newCaller()
	mux := http.NewServeMux()
	mux.HandleFunc("/work", traced(func(w http.ResponseWriter, r *http.Request) { c.script(r) }))
	mux.HandleFunc("/counts", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_ = json.NewEncoder(w).Encode(calls)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening %s\n", listener.Addr())
	_ = http.Serve(listener, mux)
}
