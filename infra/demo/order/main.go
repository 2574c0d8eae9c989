// Command order is a small shop that can be broken on purpose: a target to try a tracer on. See ../README.md.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"mapscope.dev/demo/internal/seconds"
)

type options struct {
	listen, admin, log      *string
	work, read, slow, every *time.Duration
}

func parseOptions() options {
	o := options{
		listen: flag.String("listen", "127.0.0.1:0", "address of the shop; port 0 takes a free one"),
		admin:  flag.String("admin", "127.0.0.1:0", "address of the fault switch and the statistics"),
		log:    flag.String("log", os.DevNull, "file the log lines are added to"),
		work:   seconds.Flag("work", time.Millisecond, "processor time of one order; other requests cost a part of it"),
		read:   seconds.Flag("read", 80*time.Millisecond, "time it takes to read the price list"),
		slow:   seconds.Flag("slow", 80*time.Millisecond, "time a slow payment takes with fault downstream"),
		every:  seconds.Flag("every", 250*time.Millisecond, "time between two rebuilds of the cache"),
	}
	flag.Parse()
	if *o.every == 0 {
		fmt.Fprintln(os.Stderr, "order: -every is 0: give the time between two rebuilds, for example 250ms")
		os.Exit(2)
	}
	return o
}

func main() {
	stop, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(stop, parseOptions())
	release()
	if err != nil {
		fmt.Fprintln(os.Stderr, "order:", err)
		os.Exit(1)
	}
}

func run(stop context.Context, o options) error {
	logFile, err := os.OpenFile(*o.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%w: give -log a file that can be written", err)
	}
	faults := newFaults(time.Now())
	paid := &paymentService{faults: faults, slowFor: *o.slow}
	pay, err := serve("127.0.0.1:0", paid)
	if err != nil {
		return err
	}
	list := slowList{readTime: *o.read}
	s := &shop{cache: &Cache{}, sessions: NewSessions(), log: NewLogger(logFile), faults: faults, paid: paid,
		payments: newPayments("http://" + pay.address), work: calibrate(*o.work)}
	s.resetStats()
	s.cache.Rebuild(list, false)
	go refresh(stop, s, list, *o.every)

	front, err := serve(*o.listen, s.Routes())
	if err != nil {
		return err
	}
	admin, err := serve(*o.admin, adminRoutes(s))
	if err != nil {
		return err
	}
	printReady(front.address, admin.address)
	<-stop.Done()
	return shutDown(s.log, admin, front, pay) // the shop before the payments it needs
}

// refresh keeps the prices fresh until the program stops.
func refresh(stop context.Context, s *shop, list priceList, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-stop.Done():
			return
		case <-ticker.C:
			s.cache.Rebuild(list, s.faults.is(faultLock))
			s.rebuilds.Add(1)
		}
	}
}

type server struct {
	http    *http.Server
	address string
}

func serve(address string, routes http.Handler) (server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return server{}, fmt.Errorf("%w: give another address, or port 0 for a free one", err)
	}
	s := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	go func() { _ = s.Serve(listener) }() // returns when shut down
	return server{http: s, address: listener.Addr().String()}, nil
}

func shutDown(log *Logger, servers ...server) error {
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, s := range servers {
		if err := s.http.Shutdown(patience); err != nil {
			return fmt.Errorf("requests still running after 5 s: %w", err)
		}
	}
	return log.Flush()
}

func printReady(listen, admin string) {
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"event": "ready", "listen": listen, "admin": admin,
		"pid": os.Getpid(), "goVersion": runtime.Version()})
}
