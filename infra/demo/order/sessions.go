package main

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	shardCount       = 64
	sessionsPerShard = 1024 // at this bound a new session takes the place of any other one, which is counted
	itemsPerSession  = 20   // at this bound the oldest item leaves the cart
	tokenRounds      = 100  // a session token is stretched by so many SHA-256 rounds: some 10 µs under the shard's lock
)

// Session is one shopper's cart and the token that vouches for it.
type Session struct {
	Items []string `json:"items"`
	Token string   `json:"token"`
}

// Sessions is a map cut into shards, each with its own lock, so that shoppers seldom meet. It is busy, and innocent:
// the goroutines of one order do meet at their shard, for microseconds, whatever else goes wrong.
type Sessions struct {
	shards  [shardCount]shard
	waits   waitMeter
	evicted atomic.Int64
}

type shard struct {
	mu       sync.Mutex
	sessions map[string]*Session
}

// NewSessions makes an empty store.
func NewSessions() *Sessions {
	s := &Sessions{}
	for i := range s.shards {
		s.shards[i].sessions = make(map[string]*Session)
	}
	return s
}

// Add puts an item into a cart, opening the session if need be.
func (s *Sessions) Add(id, item string) {
	shard := s.lock(id)
	session, known := shard.sessions[id]
	if !known {
		s.evicted.Add(int64(shard.makeRoom()))
		session = &Session{}
		shard.sessions[id] = session
	}
	if len(session.Items) == itemsPerSession {
		session.Items = append(session.Items[:0], session.Items[1:]...)
	}
	session.Items = append(session.Items, item)
	session.Token = stretch(id, session.Items)
	shard.mu.Unlock()
}

// Get copies a session out; an unknown one is empty.
func (s *Sessions) Get(id string) Session {
	shard := s.lock(id)
	copied := Session{Items: []string{}}
	if session, known := shard.sessions[id]; known {
		copied = Session{Items: append(copied.Items, session.Items...), Token: session.Token}
	}
	shard.mu.Unlock()
	return copied
}

// lock returns the shard of a session, locked.
func (s *Sessions) lock(id string) *shard {
	shard := &s.shards[shardOf(id)]
	asked := time.Now()
	shard.mu.Lock()
	s.waits.add(time.Since(asked))
	return shard
}

func (s *shard) makeRoom() (evicted int) {
	for id := range s.sessions {
		if len(s.sessions) < sessionsPerShard {
			break
		}
		delete(s.sessions, id)
		evicted++
	}
	return evicted
}

func shardOf(id string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id)) // a hash never fails to take bytes
	return hash.Sum32() % shardCount
}

func stretch(id string, items []string) string {
	text := id
	for _, item := range items {
		text += " " + item
	}
	sum := sha256.Sum256([]byte(text))
	for i := 0; i < tokenRounds; i++ {
		sum = sha256.Sum256(sum[:])
	}
	return hex.EncodeToString(sum[:16])
}
