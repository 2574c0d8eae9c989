// Routeserver registers its handlers in every way net/http knows, loses what it is sent in panics, and takes a lock in
// goroutines of its own. Run it with GODEBUG=httpmuxgo121=0: its go.mod is old enough for the oldest Go, and Go 1.22
// and newer would take that for a wish for the old ServeMux. Before Go 1.22 patterns with wildcards match nothing.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

type refusal string

func ok(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	fmt.Fprintln(w, "ok")
}

// panics raises a panic of the kind that the path names, with what the request brought.
func panics(w http.ResponseWriter, r *http.Request) {
	sent := r.URL.RawQuery + r.Header.Get("Authorization")
	var closed chan int
	switch strings.TrimPrefix(r.URL.Path, "/panics/") {
	case "text":
		panic("refused: " + sent)
	case "own":
		panic(refusal(sent))
	case "error":
		panic(errors.New(sent))
	case "struct":
		panic(struct{ Sent string }{sent})
	case "divide":
		fmt.Fprintln(w, 1/len(r.Header["Absent"]))
	case "closed":
		closed = make(chan int)
		close(closed)
		closed <- 1
	}
}

// children waits for a lock in two goroutines that this request starts, and itself.
func children(w http.ResponseWriter, r *http.Request) {
	var mu sync.Mutex
	var all sync.WaitGroup
	wait := func() {
		mu.Lock()
		mu.Unlock()
	}
	mu.Lock()
	all.Add(2)
	go func() {
		defer all.Done()
		go func() {
			defer all.Done()
			wait()
		}()
		wait()
	}()
	go func() {
		time.Sleep(15 * time.Millisecond)
		mu.Unlock()
	}()
	wait()
	all.Wait()
	fmt.Fprintln(w, "ok")
}

// copied hands a copy of the request on, as middleware does that adds to its context: the pattern is set on the copy.
func copied(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/copied/") {
			r = r.WithContext(r.Context())
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products/{id}", ok)
	mux.HandleFunc("GET /products/{id}/reviews/{rest...}", ok)
	mux.HandleFunc("shop.test/hosted/{x}", ok)
	mux.HandleFunc("/static/", ok)
	mux.HandleFunc("/copied/{x}", ok)
	mux.HandleFunc("/long/{"+strings.Repeat("x", 100)+"}", ok)
	mux.HandleFunc("/slash/{x}/", ok)
	mux.HandleFunc("/panics/", panics)
	mux.HandleFunc("/children", children)
	mux.HandleFunc("/", ok)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening %s\n", listener.Addr())
	_ = http.Serve(listener, copied(mux))
}
