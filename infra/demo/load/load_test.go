package main

import (
	"context"
	"encoding/json"
	"math"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestTraceparentIsOfVersion00WithFreshIDs(t *testing.T) {
	form := regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`)
	seen := map[string]bool{}
	for n := 0; n < 1000; n++ {
		header := traceparent()
		if !form.MatchString(header) || seen[header[3:35]] {
			t.Fatalf("bad or repeated: %s", header)
		}
		seen[header[3:35]] = true
	}
	if usable(make([]byte, 16)) || !usable([]byte{0, 1}) {
		t.Error("an id of zeros counts as usable, or another does not")
	}
}

func TestMixKeepsItsShares(t *testing.T) {
	m, err := parseMix("product=50, order=30,/a?b=c=20,health=0")
	if err != nil {
		t.Fatal(err)
	}
	chance, got := rand.New(rand.NewSource(1)), map[string]int{}
	for n := 0; n < 10_000; n++ {
		c := m.pick(chance)
		got[c.method+" "+strings.TrimRight(c.path, "0123456789")]++
		if c.path == "/order" && !json.Valid(c.body) {
			t.Fatalf("body %q", c.body)
		}
	}
	want := map[string]float64{"GET /products/": 5000, "POST /order": 3000, "GET /a?b=c": 2000}
	for name, count := range want {
		if math.Abs(float64(got[name])-count) > 300 {
			t.Errorf("%s %d times of 10000, want about %v", name, got[name], count)
		}
	}
	if len(got) != len(want) {
		t.Errorf("asked for %v", got)
	}
}

func TestAMixThatCannotBeIsRefusedWithTheMend(t *testing.T) {
	for _, text := range []string{"", "product", "product=x", "product=-1", "basket=1", "product=0", "product=1,,order=1"} {
		if _, err := parseMix(text); err == nil || !strings.Contains(err.Error(), "-mix") {
			t.Errorf("parseMix(%q): %v", text, err)
		}
	}
}

func TestArrivalsKeepTheRateAndFollowTheSeed(t *testing.T) {
	for _, shape := range []string{"poisson", "fixed"} {
		one, _ := newArrivals(200, shape, rand.New(rand.NewSource(5)))
		two, _ := newArrivals(200, shape, rand.New(rand.NewSource(5)))
		var sum time.Duration
		for n := 0; n < 20_000; n++ {
			gap := one.gap()
			if gap != two.gap() {
				t.Fatalf("%s: two runs of one seed differ", shape)
			}
			sum += gap
		}
		if rate := 20_000 / sum.Seconds(); math.Abs(rate-200) > 5 {
			t.Errorf("%s: rate %v, want 200", shape, rate)
		}
	}
	for _, rate := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := newArrivals(rate, "fixed", nil); err == nil {
			t.Errorf("rate %v was taken", rate)
		}
	}
	if _, err := newArrivals(1, "uniform", nil); err == nil {
		t.Error("an unknown shape was taken")
	}
}

// send runs the generator against a handler for a while and returns its tally.
func send(t *testing.T, handler http.HandlerFunc, outstanding int, span time.Duration) *tally {
	t.Helper()
	service := httptest.NewServer(handler)
	t.Cleanup(service.Close)
	stop, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	chance := rand.New(rand.NewSource(1))
	due, err := newArrivals(200, "fixed", chance)
	if err != nil {
		t.Fatal(err)
	}
	m, err := parseMix("/=1")
	if err != nil {
		t.Fatal(err)
	}
	g := newGenerator(service.URL, 64, outstanding, 5*time.Second)
	g.run(stop, due, m, chance)
	if left := g.outstanding(); left != 0 {
		t.Errorf("%d requests outstanding after the run", left)
	}
	return g.whole
}

func TestEveryRequestIsCountedOnceAndCarriesATraceparent(t *testing.T) {
	var without, failed atomic.Int64
	var calls atomic.Int64
	got := send(t, func(response http.ResponseWriter, request *http.Request) {
		if request.Header.Get("traceparent") == "" {
			without.Add(1)
		}
		if calls.Add(1)%10 == 0 {
			failed.Add(1)
			response.WriteHeader(http.StatusInternalServerError)
		}
	}, 64, 300*time.Millisecond)
	if without.Load() != 0 || got.errors.Load() != failed.Load() || got.ok.Load()+got.errors.Load() != got.sent.Load() || got.sent.Load() != calls.Load() {
		t.Errorf("sent %d, ok %d, errors %d of %d, without traceparent %d", got.sent.Load(), got.ok.Load(), got.errors.Load(), failed.Load(), without.Load())
	}
	if got.sent.Load() < 30 {
		t.Errorf("sent %d in 300 ms at 200 a second", got.sent.Load())
	}
}

func TestAStallIsChargedToEveryRequestThatWouldHaveBeenServed(t *testing.T) {
	begun := time.Now()
	got := send(t, func(http.ResponseWriter, *http.Request) {
		if left := 200*time.Millisecond - time.Since(begun); left > 0 {
			time.Sleep(left)
		}
	}, 64, 200*time.Millisecond)
	// a closed loop with one client would have seen one slow request; here half of some 40 waited longer than 80 ms
	if p50 := got.latency.Quantile(0.5); p50 < 80*time.Millisecond {
		t.Errorf("median %v", p50)
	}
}

func TestBeyondTheBoundRequestsAreShedAndCounted(t *testing.T) {
	release := make(chan struct{})
	time.AfterFunc(300*time.Millisecond, func() { close(release) })
	got := send(t, func(http.ResponseWriter, *http.Request) { <-release }, 5, 200*time.Millisecond)
	if got.sent.Load() != 5 || got.ok.Load() != 5 || got.shed.Load() < 15 {
		t.Errorf("sent %d, ok %d, shed %d", got.sent.Load(), got.ok.Load(), got.shed.Load())
	}
}
