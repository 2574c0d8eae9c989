// Bench is the probed program of `npm run bench -- probe`: each operation that a probe sits on, alone in a loop, and two
// services. It tells the CPU time that a loop took, by its own clock, so that a busy machine does not count.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
)

// cpuNanos: of the whole process, user and kernel (getrusage(2): exact to the microsecond).
func cpuNanos() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

var requests int64

func counted(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		handler(w, r)
		atomic.AddInt64(&requests, 1)
	}
}

func answer(w http.ResponseWriter, value any) {
	if err := json.NewEncoder(w).Encode(value); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// run: /run?op=map_read&n=100000
func run(w http.ResponseWriter, r *http.Request) {
	op, known := ops[r.FormValue("op")]
	n, err := strconv.Atoi(r.FormValue("n"))
	if !known || err != nil {
		http.Error(w, "which op, how many?", http.StatusBadRequest)
		return
	}
	before := cpuNanos()
	op(n)
	answer(w, map[string]int64{"cpuNanos": cpuNanos() - before})
}

func used(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]int64{"cpuNanos": cpuNanos(), "requests": atomic.LoadInt64(&requests)})
}

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("/run", run)
	http.HandleFunc("/used", used)
	http.HandleFunc("/hello", counted(hello))
	http.HandleFunc("/work", counted(newWork().serve))
	downstream := newWork()
	downstream.client = cannedClient()
	http.HandleFunc("/downstream", counted(downstream.serve))
	fmt.Printf("listening %s\n", listener.Addr())
	_ = http.Serve(listener, nil)
}
