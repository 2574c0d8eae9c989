package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// payments is the client of the payment service: another port, reached over HTTP as a foreign service would be.
type payments struct {
	url    string
	client *http.Client
}

type payment struct {
	Cart  string `json:"cart"`
	Cents int    `json:"cents"`
}

func newPayments(url string) *payments {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64, IdleConnTimeout: time.Minute}
	return &payments{url: url, client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
}

// Charge asks for the money and returns when the payment service has answered.
func (p *payments) Charge(ctx context.Context, charge payment) error {
	body, err := json.Marshal(charge)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/pay", bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body) // read to the end, or the connection is not used again
	_ = response.Body.Close()                   // all was read: closing has nothing left to lose
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("payment service answered %s to a charge of %d cents", response.Status, charge.Cents)
	}
	return err
}

// paymentService is the other side. With fault `downstream` every third charge takes slowFor, and no lock is to blame.
type paymentService struct {
	faults  *faults
	slowFor time.Duration
	calls   atomic.Int64
	slow    atomic.Int64
}

func (s *paymentService) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	var charge payment
	if !readJSON(response, request, &charge) {
		return
	}
	if call := s.calls.Add(1); call%3 == 0 && s.faults.is(faultDownstream) {
		s.slow.Add(1)
		time.Sleep(s.slowFor)
	}
	writeJSON(response, http.StatusOK, map[string]string{"status": "paid"})
}
