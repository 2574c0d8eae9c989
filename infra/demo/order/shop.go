package main

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// shop is what the routes need.
type shop struct {
	cache    *Cache
	sessions *Sessions
	log      *Logger
	payments *payments
	paid     *paymentService
	faults   *faults
	work     work
	requests atomic.Pointer[requestStats]
	rebuilds atomic.Int64
}

const maxItems = 8 // more items in one order are refused

// order is the body of POST /order.
type order struct {
	Cart  string   `json:"cart"`
	Items []string `json:"items"`
}

// line is one item of a cart or an order with its price of now.
type line struct {
	Item  string `json:"item"`
	Cents int    `json:"cents"`
}

// Routes are the shop's own, all counted and logged.
func (s *shop) Routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("/products/", only(http.MethodGet, s.product))
	routes.HandleFunc("/cart/", only(http.MethodGet, s.cart))
	routes.HandleFunc("/order", only(http.MethodPost, s.order))
	routes.HandleFunc("/health", only(http.MethodGet, s.health))
	return s.measured(routes)
}

func (s *shop) product(response http.ResponseWriter, request *http.Request) {
	id := strings.TrimPrefix(request.URL.Path, "/products/")
	product, found := s.cache.Get(id)
	if !found {
		writeError(response, http.StatusNotFound, "no product "+id)
		return
	}
	s.work.do(0.6)
	writeJSON(response, http.StatusOK, product)
}

func (s *shop) cart(response http.ResponseWriter, request *http.Request) {
	session := s.sessions.Get(strings.TrimPrefix(request.URL.Path, "/cart/"))
	lines := make([]line, 0, len(session.Items))
	for _, item := range session.Items {
		product, _ := s.cache.Get(item) // a product no longer sold costs nothing
		lines = append(lines, line{Item: item, Cents: product.Cents})
	}
	s.work.do(0.8)
	writeJSON(response, http.StatusOK, map[string]any{"lines": lines, "token": session.Token})
}

func (s *shop) order(response http.ResponseWriter, request *http.Request) {
	var wanted order
	if !readJSON(response, request, &wanted) {
		return
	}
	if wanted.Cart == "" || len(wanted.Items) == 0 || len(wanted.Items) > maxItems {
		writeError(response, http.StatusBadRequest, "an order needs a cart and 1 to 8 items")
		return
	}
	total := 0
	for _, item := range wanted.Items {
		product, found := s.cache.Get(item)
		if !found {
			writeError(response, http.StatusNotFound, "no product "+item)
			return
		}
		total += product.Cents
	}
	s.reserve(wanted)
	s.work.do(1)
	if err := s.payments.Charge(request.Context(), payment{Cart: wanted.Cart, Cents: total}); err != nil {
		writeError(response, http.StatusBadGateway, err.Error())
		return
	}
	writeJSON(response, http.StatusCreated, map[string]any{"cart": wanted.Cart, "cents": total})
}

// reserve handles every item in a goroutine of its own. They all work on one cart, so they meet at its shard's lock.
func (s *shop) reserve(wanted order) {
	var items sync.WaitGroup
	for _, item := range wanted.Items {
		items.Add(1)
		go func(item string) {
			defer items.Done()
			s.log.Print("reserve item=%s cart=%s", item, wanted.Cart)
			s.sessions.Add(wanted.Cart, item)
		}(item)
	}
	items.Wait()
}

func (s *shop) health(response http.ResponseWriter, _ *http.Request) {
	writeJSON(response, http.StatusOK, map[string]string{"status": "ok"})
}
