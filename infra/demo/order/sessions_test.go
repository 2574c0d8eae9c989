package main

import (
	"strconv"
	"sync"
	"testing"
)

func TestACartKeepsItsNewestItemsAndChangesItsToken(t *testing.T) {
	sessions := NewSessions()
	before := ""
	for n := 0; n < itemsPerSession+5; n++ {
		sessions.Add("7", strconv.Itoa(n))
		token := sessions.Get("7").Token
		if token == before {
			t.Fatalf("the token did not change with item %d", n)
		}
		before = token
	}
	items := sessions.Get("7").Items
	if len(items) != itemsPerSession || items[0] != "5" || items[itemsPerSession-1] != "24" {
		t.Errorf("items = %v", items)
	}
	if empty := sessions.Get("8"); len(empty.Items) != 0 || empty.Token != "" {
		t.Errorf("an unknown session holds %v", empty)
	}
}

func TestAFullShardMakesRoomAndCountsIt(t *testing.T) {
	sessions := NewSessions()
	const added = shardCount * sessionsPerShard * 5 / 4
	for n := 0; n < added; n++ {
		sessions.Add(strconv.Itoa(n), "x")
	}
	kept := 0
	for i := range sessions.shards {
		size := len(sessions.shards[i].sessions)
		if size > sessionsPerShard {
			t.Errorf("shard %d holds %d sessions, the bound is %d", i, size, sessionsPerShard)
		}
		kept += size
	}
	if evicted := int(sessions.evicted.Load()); evicted == 0 || kept+evicted != added {
		t.Errorf("%d kept and %d evicted of %d", kept, evicted, added)
	}
}

func TestSessionsSpreadOverAllShards(t *testing.T) {
	used := map[uint32]bool{}
	for n := 1; n <= 5000; n++ {
		used[shardOf(strconv.Itoa(n))] = true
	}
	if len(used) != shardCount {
		t.Errorf("5000 sessions use %d of %d shards", len(used), shardCount)
	}
}

func TestNoItemIsLostWhenManyAddToOneCart(t *testing.T) {
	sessions := NewSessions()
	var all sync.WaitGroup
	for n := 0; n < itemsPerSession; n++ {
		all.Add(1)
		go func() { defer all.Done(); sessions.Add("1", "x") }()
	}
	all.Wait()
	if got := len(sessions.Get("1").Items); got != itemsPerSession {
		t.Errorf("%d items of %d", got, itemsPerSession)
	}
}
