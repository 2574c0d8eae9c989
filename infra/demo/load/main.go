// Command load is an open-loop load generator: requests start at a constant rate, however slow the answers are, and
// latency counts from the intended start, so that no coordinated omission hides a stall. See ../README.md.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"mapscope.dev/demo/internal/seconds"
)

type options struct {
	url, mix, arrivals        string
	rate                      float64
	seed                      int64
	connections, outstanding  int
	duration, report, timeout *time.Duration
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.url, "url", "", "service to call, for example http://127.0.0.1:8080")
	flag.Float64Var(&o.rate, "rate", 200, "requests a second")
	flag.StringVar(&o.arrivals, "arrivals", "poisson", "gaps between requests: poisson or fixed")
	flag.StringVar(&o.mix, "mix", defaultMix, "what to ask for: product, order, cart, health or /path, each with its weight")
	flag.Int64Var(&o.seed, "seed", 1, "seed of gaps and mix (trace ids are always new)")
	flag.IntVar(&o.connections, "connections", 64, "most connections, kept alive")
	flag.IntVar(&o.outstanding, "outstanding", 512, "most requests without an answer; beyond it they are shed and counted")
	o.duration = seconds.Flag("duration", 0, "how long; 0 runs until SIGTERM")
	o.report = seconds.Flag("report", 5*time.Second, "time between two report lines; 0 writes only the last one")
	o.timeout = seconds.Flag("timeout", 10*time.Second, "longest wait for one answer")
	flag.Parse()
	return o
}

func main() {
	if err := run(parseOptions()); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(2)
	}
}

func run(o options) error {
	chance := rand.New(rand.NewSource(o.seed))
	due, err := newArrivals(o.rate, o.arrivals, chance)
	if err != nil {
		return err
	}
	m, err := parseMix(o.mix)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(o.url, "http://") && !strings.HasPrefix(o.url, "https://") {
		return fmt.Errorf("-url %q: give the service's address, for example http://127.0.0.1:8080", o.url)
	}
	if o.connections < 1 || o.outstanding < 1 || *o.timeout == 0 {
		return fmt.Errorf("-connections, -outstanding and -timeout must be above 0")
	}
	stop, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	if *o.duration > 0 {
		var cancel context.CancelFunc
		stop, cancel = context.WithTimeout(stop, *o.duration)
		defer cancel()
	}
	g := newGenerator(strings.TrimSuffix(o.url, "/"), o.connections, o.outstanding, *o.timeout)
	started := time.Now()
	if *o.report > 0 {
		go reportEvery(*o.report, g, stop)
	}
	g.run(stop, due, m, chance)
	write(g.whole.report(time.Since(started), g.outstanding(), true))
	return nil
}

func reportEvery(span time.Duration, g *generator, stop context.Context) {
	ticker := time.NewTicker(span)
	defer ticker.Stop()
	for begun := time.Now(); ; begun = time.Now() {
		select {
		case <-stop.Done():
			return
		case <-ticker.C:
			done := g.recent.Swap(&tally{})
			write(done.report(time.Since(begun), g.outstanding(), false))
		}
	}
}

func write(line report) {
	_ = json.NewEncoder(os.Stdout).Encode(line) // nobody listens any more: keep the load up all the same
}
