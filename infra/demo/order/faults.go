package main

import (
	"net/http"
	"sync/atomic"
	"time"
)

// The faults that can be switched on, one at a time.
const (
	faultNone       = "none"
	faultLock       = "lock"       // Rebuild reads the price list while it holds the write lock
	faultDownstream = "downstream" // every third payment is slow
)

// faults knows which fault is on and since when.
type faults struct{ current atomic.Pointer[faultState] }

type faultState struct {
	Fault           string `json:"fault"`
	SinceUnixMillis int64  `json:"sinceUnixMillis"`
}

func newFaults(now time.Time) *faults {
	f := &faults{}
	f.set(faultNone, now)
	return f
}

func (f *faults) is(name string) bool { return f.current.Load().Fault == name }

func (f *faults) set(name string, now time.Time) bool {
	switch name {
	case faultNone, faultLock, faultDownstream:
		f.current.Store(&faultState{Fault: name, SinceUnixMillis: now.UnixMilli()})
		return true
	default:
		return false
	}
}

// adminRoutes are on a listener of their own, away from the shoppers:
//
//	GET /fault    which fault is on          POST /fault?name=lock|downstream|none    switch, and start the statistics again
//	GET /stats    what the program itself measured since the last switch
func adminRoutes(s *shop) http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("/fault", func(response http.ResponseWriter, request *http.Request) {
		switch request.Method {
		case http.MethodGet:
		case http.MethodPost:
			if !s.faults.set(request.URL.Query().Get("name"), time.Now()) {
				writeError(response, http.StatusBadRequest, "unknown fault: use name=lock, name=downstream or name=none")
				return
			}
			s.resetStats()
		default:
			writeError(response, http.StatusMethodNotAllowed, "use GET or POST")
			return
		}
		writeJSON(response, http.StatusOK, s.faults.current.Load())
	})
	routes.HandleFunc("/stats", func(response http.ResponseWriter, _ *http.Request) {
		writeJSON(response, http.StatusOK, s.stats())
	})
	return routes
}
