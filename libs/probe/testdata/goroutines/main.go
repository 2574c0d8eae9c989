// Goroutines starts goroutines that park a known number of times, for known reasons, one at a time, and counts for
// itself: what each was waiting for is taken from Go's own traceback, so that no table of ours is asked. It reads
// commands from standard input (no server: that would start goroutines of its own) and answers with one line each.
//
//	work ROUNDS   workers of every kind park ROUNDS times each and end; answers with the counts
//	idle N        starts N goroutines that wait for ever; answers "idle"
//	churn N       two goroutines hand a message to and fro N times, parking each time; answers with the nanoseconds
//	crash         unlocks an unlocked RWMutex on a goroutine of its own: a fatal error
//	race          two goroutines write to one map until the runtime notices: a fatal error
//	panic         a panic that nobody recovers
//
// Lines with a MARK are looked up by the test: keep one statement per mark.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

// worker is what one goroutine did, as seen by itself and by the one that watched it.
type worker struct {
	Kind   string
	Goid   uint64
	Reason string // of Go's traceback, while it was parked
	Parks  int
}

// goid reads "goroutine 17 [running]:", the first line of a traceback.
func goid() uint64 {
	var buffer [64]byte
	text := string(buffer[:runtime.Stack(buffer[:], false)])
	id, _ := strconv.ParseUint(strings.Fields(text)[1], 10, 64)
	return id
}

var buffer = make([]byte, 1<<20)

// state is what Go's traceback says between the brackets: "chan receive", "running", "runnable", or with more words
// behind a comma. Empty when there is no such goroutine.
func state(id uint64) string {
	text := "\n" + string(buffer[:runtime.Stack(buffer, true)])
	_, rest, found := strings.Cut(text, fmt.Sprintf("\ngoroutine %d [", id))
	if !found {
		return ""
	}
	words, _, _ := strings.Cut(rest, "]")
	words, _, _ = strings.Cut(words, ",")
	return words
}

// whenParked waits until a goroutine has parked, and tells for what; a goroutine that is just about to park is still
// running. Empty when it has ended: only a sleep ends without us.
func whenParked(id uint64) string {
	for {
		if found := state(id); found != "running" && found != "runnable" && found != "preempted" {
			return found
		}
		runtime.Gosched()
	}
}

// kind of worker: prepare gives park, which parks once, and wake, which ends that.
type kind struct {
	name    string
	prepare func() (park func(), wake func())
}

var kinds = []kind{
	{"channel", func() (func(), func()) {
		messages := make(chan int)
		return func() { <-messages }, func() { messages <- 1 } // MARK channel
	}},
	{"mutex", func() (func(), func()) {
		var mutex sync.Mutex
		mutex.Lock()
		lockAndLeave := func() {
			mutex.Lock() // MARK mutex
		}
		return lockAndLeave, mutex.Unlock
	}},
	{"select", func() (func(), func()) {
		left, right := make(chan int), make(chan int)
		choose := func() {
			select { // MARK select
			case <-left:
			case <-right:
			}
		}
		return choose, func() { right <- 1 }
	}},
	{"sleep", func() (func(), func()) {
		return func() { time.Sleep(50 * time.Millisecond) }, func() {} // MARK sleep
	}},
	{"network", func() (func(), func()) {
		near, far := connect()
		var buffer [1]byte
		return func() { _, _ = near.Read(buffer[:]) }, func() { _, _ = far.Write(buffer[:]) } // MARK network
	}},
}

var connect = func() func() (net.Conn, net.Conn) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return func() (net.Conn, net.Conn) {
		near, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			panic(err)
		}
		far, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		return near, far
	}
}()

// run starts one worker and wakes it each time it has parked.
func run(k kind, rounds int) worker {
	park, wake := k.prepare()
	born := make(chan uint64, 1)
	rounded := make(chan int, rounds)
	go func() {
		born <- goid()
		for round := 0; round < rounds; round++ {
			park()
			rounded <- round
		}
	}()
	did := worker{Kind: k.name, Goid: <-born}
	for round := 0; round < rounds; round++ {
		if reason := whenParked(did.Goid); reason != "" {
			did.Reason = reason
		}
		did.Parks++
		wake()
		<-rounded
	}
	for state(did.Goid) != "" {
		runtime.Gosched()
	}
	return did
}

func work(rounds int) []worker {
	var all []worker
	for _, k := range kinds {
		all = append(all, run(k, rounds))
	}
	return all
}

func churn(times int) time.Duration {
	there, back := make(chan int), make(chan int)
	go func() {
		for message := range there {
			back <- message
		}
		close(back)
	}()
	begin := time.Now()
	for i := 0; i < times; i++ {
		there <- i
		<-back
	}
	took := time.Since(begin)
	close(there)
	<-back
	return took
}

func crash() {
	var lock sync.RWMutex
	lock.RUnlock() // MARK fatal
}

func race() {
	shared := map[int]int{}
	for writer := 0; writer < 2; writer++ {
		go func() {
			for i := 0; ; i++ {
				shared[i%64] = i // MARK race
			}
		}()
	}
}

//go:noinline
func unwind(value any) {
	panic(value) // MARK panic
}

func main() {
	// The runtime starts goroutines of its own with the first collections: let it have them now.
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	// From here on there are none: workers that help a collection park for it too.
	debug.SetGCPercent(-1)
	fmt.Println("ready")
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		number := 0
		if len(words) > 1 {
			number, _ = strconv.Atoi(words[1])
		}
		switch words[0] {
		case "work":
			_ = json.NewEncoder(os.Stdout).Encode(work(number))
		case "idle":
			for i := 0; i < number; i++ {
				go func() { select {} }()
			}
			fmt.Println("idle")
		case "churn":
			fmt.Println(churn(number).Nanoseconds())
		case "race":
			fmt.Println("racing")
			race()
		case "crash", "panic":
			go func() {
				fmt.Println(goid())
				time.Sleep(2 * time.Millisecond)
				if words[0] == "crash" {
					crash()
				}
				unwind("planted")
			}()
		}
	}
}
