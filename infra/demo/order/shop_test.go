package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// openShop starts the whole shop, payments and admin included, on free ports and closes it with the test.
func openShop(t *testing.T) (shopURL, adminURL string) {
	t.Helper()
	faults := newFaults(time.Unix(0, 0))
	paid := &paymentService{faults: faults, slowFor: 30 * time.Millisecond}
	pay := httptest.NewServer(paid)
	t.Cleanup(pay.Close)
	s := &shop{cache: &Cache{}, sessions: NewSessions(), log: NewLogger(io.Discard), faults: faults, paid: paid, payments: newPayments(pay.URL)}
	s.resetStats()
	s.cache.Rebuild(slowList{}, false)
	front, admin := httptest.NewServer(s.Routes()), httptest.NewServer(adminRoutes(s))
	t.Cleanup(func() {
		front.Close()
		admin.Close()
		if err := s.log.Flush(); err != nil {
			t.Error(err)
		}
	})
	return front.URL, admin.URL
}

func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(text))
}

func TestRoutesAnswer(t *testing.T) {
	shopURL, adminURL := openShop(t)
	cases := []struct {
		method, url, body string
		status            int
		holds             string
	}{
		{"GET", shopURL + "/health", "", 200, `"ok"`},
		{"GET", shopURL + "/products/1042", "", 200, `"cents":1141`},
		{"GET", shopURL + "/products/9", "", 404, "no product 9"},
		{"POST", shopURL + "/order", `{"cart":"7","items":["1000","1042"]}`, 201, `"cents":2240`},
		{"GET", shopURL + "/cart/7", "", 200, `"item":"1042"`},
		{"POST", shopURL + "/order", `{"cart":"7","items":[]}`, 400, "1 to 8 items"},
		{"POST", shopURL + "/order", `{"cart":"7","items":["9"]}`, 404, "no product 9"},
		{"POST", shopURL + "/order", `{`, 400, "JSON"},
		{"GET", shopURL + "/order", "", 405, "use POST"},
		{"GET", shopURL + "/nowhere", "", 404, ""},
		{"POST", adminURL + "/fault?name=fire", "", 400, "name=lock"},
		{"DELETE", adminURL + "/fault", "", 405, "GET or POST"},
		{"GET", adminURL + "/fault", "", 200, `"fault":"none"`},
	}
	for _, c := range cases {
		if status, body := ask(t, c.method, c.url, c.body); status != c.status || !strings.Contains(body, c.holds) {
			t.Errorf("%s %s = %d %s, want %d with %q", c.method, c.url, status, body, c.status, c.holds)
		}
	}
}

func TestStatisticsBeginAgainWithEverySwitch(t *testing.T) {
	shopURL, adminURL := openShop(t)
	ask(t, "GET", shopURL+"/products/1042", "")
	if status, body := ask(t, "POST", adminURL+"/fault?name=downstream", ""); status != 200 || !strings.Contains(body, `"downstream"`) {
		t.Fatalf("switch = %d %s", status, body)
	}
	for n := 0; n < 3; n++ {
		ask(t, "POST", shopURL+"/order", `{"cart":"7","items":["1000"]}`)
	}
	_, body := ask(t, "GET", adminURL+"/stats", "")
	var stats statsReport
	if err := json.Unmarshal([]byte(body), &stats); err != nil {
		t.Fatal(err)
	}
	if stats.Fault != faultDownstream || stats.Requests != 3 || stats.CacheGet.Calls != 3 || stats.Payments != 3 || stats.SlowPayments != 1 {
		t.Errorf("stats = %s", body)
	}
	if stats.MaxMs < 30 || stats.P50Ms > stats.P99Ms {
		t.Errorf("the slow payment does not show: %s", body)
	}
}

func TestEveryRequestIsLoggedInOneWholeLine(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out)
	done := make(chan struct{})
	for g := 0; g < 4; g++ {
		go func() {
			for n := 0; n < 200; n++ {
				log.Print("request n=%d", n)
			}
			done <- struct{}{}
		}()
	}
	for g := 0; g < 4; g++ {
		<-done
	}
	if err := log.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 800 {
		t.Fatalf("%d lines, want 800", len(lines))
	}
	for _, line := range lines {
		if strings.Count(line, "request n=") != 1 || strings.Count(line, " seal=") != 1 {
			t.Fatalf("a torn line: %q", line)
		}
	}
}
