package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"strconv"
	"strings"
)

// mix says what share of the requests goes where.
type mix struct {
	kinds []kind
	total int
}

type kind struct {
	name   string
	weight int
}

// call is one request to be made.
type call struct {
	method, path string
	body         []byte
}

const (
	defaultMix = "product=55,order=30,cart=14,health=1"
	carts      = 5000
)

// parseMix reads "product=55,order=30,/any/path=5": the shop's requests by name, or GET of a path, each with its weight.
func parseMix(text string) (mix, error) {
	var m mix
	for _, part := range strings.Split(text, ",") {
		cut := strings.LastIndexByte(part, '=') // a path may hold '=' itself
		if cut < 0 {
			return mix{}, fmt.Errorf("-mix %q: write name=weight, for example %s", part, defaultMix)
		}
		name := strings.TrimSpace(part[:cut])
		weight, err := strconv.Atoi(strings.TrimSpace(part[cut+1:]))
		if err != nil || weight < 0 || weight > 1_000_000 {
			return mix{}, fmt.Errorf("-mix %q: the weight must be a whole number from 0 to 1000000", part)
		}
		if !strings.HasPrefix(name, "/") && !knownName(name) {
			return mix{}, fmt.Errorf("-mix %q: known are product, order, cart, health, and any path that begins with /", part)
		}
		m.kinds = append(m.kinds, kind{name: name, weight: weight})
		m.total += weight
	}
	if m.total == 0 {
		return mix{}, fmt.Errorf("-mix %q: give at least one weight above 0", text)
	}
	return m, nil
}

func knownName(name string) bool {
	return name == "product" || name == "order" || name == "cart" || name == "health"
}

// pick chooses the next call by chance.
func (m mix) pick(chance *rand.Rand) call {
	at := chance.Intn(m.total)
	for _, k := range m.kinds {
		if at < k.weight {
			return callOf(k.name, chance)
		}
		at -= k.weight
	}
	panic("the weights of a mix add up to its total")
}

func callOf(name string, chance *rand.Rand) call {
	switch name {
	case "product":
		return call{method: http.MethodGet, path: "/products/" + product(chance)}
	case "order":
		return call{method: http.MethodPost, path: "/order", body: orderBody(chance)}
	case "cart":
		return call{method: http.MethodGet, path: "/cart/" + cart(chance)}
	case "health":
		return call{method: http.MethodGet, path: "/health"}
	default:
		return call{method: http.MethodGet, path: name}
	}
}

// orderBody asks for 2 to 4 items.
func orderBody(chance *rand.Rand) []byte {
	items := make([]string, 2+chance.Intn(3))
	for i := range items {
		items[i] = product(chance)
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(map[string]any{"cart": cart(chance), "items": items}); err != nil {
		panic("strings can always be written as JSON: " + err.Error())
	}
	return body.Bytes()
}

func product(chance *rand.Rand) string { return strconv.Itoa(1000 + chance.Intn(2000)) }

func cart(chance *rand.Rand) string { return strconv.Itoa(1 + chance.Intn(carts)) }
