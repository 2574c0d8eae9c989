// Endserver ends requests in every way net/http knows, over HTTP/1, over HTTP/2 with TLS and, where Go has it, without.
// It prints the address of the first; /secure tells that of the second.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"time"
)

// free is closed when /free is asked for: what /late started goes on then.
var (
	mu   sync.Mutex
	free = make(chan struct{})
)

func ok(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	fmt.Fprintln(w, "ok")
}

func hijack(w http.ResponseWriter, _ *http.Request) {
	conn, buffer, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	_, _ = buffer.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: lines\r\nConnection: Upgrade\r\n\r\n")
	_ = buffer.Flush()
	line, _ := buffer.ReadString('\n')
	contend()
	_, _ = io.WriteString(conn, line)
}

// contend waits for a lock that another goroutine holds.
func contend() {
	mu.Lock()
	go func() {
		time.Sleep(10 * time.Millisecond)
		mu.Unlock()
	}()
	waitForLock()
}

//go:noinline
func waitForLock() {
	mu.Lock()
	mu.Unlock()
}

// late leaves a goroutine behind that waits for a lock when its request is long over.
func late(w http.ResponseWriter, _ *http.Request) {
	go func() {
		<-free
		contend()
	}()
	fmt.Fprintln(w, "ok")
}

func recovering(w http.ResponseWriter, _ *http.Request) {
	defer func() {
		_ = recover()
		fmt.Fprintln(w, "recovered")
	}()
	panic("planted")
}

func handler() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", ok)
	mux.HandleFunc("/contend", func(w http.ResponseWriter, r *http.Request) { contend() })
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("planted") })
	mux.HandleFunc("/abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/recovered", recovering)
	mux.HandleFunc("/goexit", func(http.ResponseWriter, *http.Request) { runtime.Goexit() })
	mux.HandleFunc("/hijack", hijack)
	mux.HandleFunc("/late", late)
	mux.HandleFunc("/free", func(w http.ResponseWriter, _ *http.Request) { close(free) })
	return mux
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	secure := httptest.NewUnstartedServer(handler())
	secure.EnableHTTP2 = true
	secure.StartTLS()
	mux := handler()
	mux.HandleFunc("/secure", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secure.URL) })
	plain := &http.Server{Handler: mux}
	allowHTTP2(plain)
	fmt.Printf("listening %s\n", listener.Addr())
	_ = plain.Serve(listener)
}
