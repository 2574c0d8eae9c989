// Command service is a Go service that can be made slow in one way at a time, and that measures for itself what slowed it
// down: the witness a judge is compared with. See ../README.md.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"sort"
	"strings"
	"syscall"
	"time"
)

// modes are the ways to be slow. Each is set up once and returns what a request does beside its own work.
var modes = map[string]func(*service) func(*visit){
	"chain":      chain,
	"channel":    channel,
	"convoy":     convoy,
	"cpu":        cpuBurn,
	"decoy":      decoy,
	"downstream": slowDownstream,
	"fan-out":    fanOut,
	"gc":         gcAssist,
	"hot-shard":  hotShard,
	"lock":       lockInPath,
	"nap":        nap,
	"pending":    pendingWriter,
	"racy":       racy,
	"rebuild":    rebuild,
	"stock":      stock,
	"tenant":     tenant,
	"two-causes": twoCauses,
}

func main() {
	name := flag.String("mode", "", "how to be slow: "+strings.Join(names(), ", "))
	other := flag.String("downstream", "", "address of a service in mode stock, for those that call one")
	door := flag.String("otlp", "", "address of an OTLP door that spans of requests are sent to; none unless given")
	known := flag.String("service", "", "service.name in those spans")
	flag.Parse()
	begin, isKnown := modes[*name]
	if !isKnown {
		fmt.Fprintf(os.Stderr, "service: -mode %q: choose one of %s\n", *name, strings.Join(names(), ", "))
		os.Exit(2)
	}
	s := newService(*other, sendSpans(*door, *known))
	front := serve(s.handler(begin(s)))
	admin := serve(s.admin())
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"event": "ready", "listen": front, "admin": admin,
		"pid": os.Getpid(), "goVersion": runtime.Version(), "marks": marks()}) // who starts it reads this line or gives up
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
}

// serve listens on a free port and returns its address.
func serve(handler http.Handler) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with the process
	return listener.Addr().String()
}

func names() []string {
	known := make([]string, 0, len(modes))
	for name := range modes {
		known = append(known, name)
	}
	sort.Strings(known)
	return known
}
