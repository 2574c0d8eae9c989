// Soak serves and asks itself, in every way a request can go and end, and checks every answer. A line on standard input
// asks how many were right, by kind, and what was wrong.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

type report struct {
	Right map[string]int64
	// the first few
	Wrong []string
}

var (
	reportLock sync.Mutex
	reported   = report{Right: map[string]int64{}}

	mu     sync.Mutex
	rw     sync.RWMutex
	table  = map[int]int{}
	shared sync.Map
)

func check(kind string, err error) {
	reportLock.Lock()
	defer reportLock.Unlock()
	if err == nil {
		reported.Right[kind]++
	} else if len(reported.Wrong) < 10 {
		reported.Wrong = append(reported.Wrong, kind+": "+err.Error())
	}
}

// answer is what /work must say: the same arithmetic, without any of what is shared.
func answer(n int) string {
	return strconv.Itoa(n*n + 7)
}

func work(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	var group sync.WaitGroup
	parts := make(chan int, 2)
	group.Add(2)
	go func() {
		defer group.Done()
		mu.Lock()
		table[n%512] = n
		got := table[n%512]
		time.Sleep(20 * time.Microsecond)
		mu.Unlock()
		parts <- got * n
	}()
	go func() {
		defer group.Done()
		rw.RLock()
		shared.Store(n%512, n)
		rw.RUnlock()
		if n%16 == 0 {
			rw.Lock()
			shared.Delete(n % 512)
			rw.Unlock()
		}
		parts <- len(bytes.Repeat([]byte{'x'}, 7*1000)) / 1000
	}()
	group.Wait()
	w.Header().Set("Traced", r.Header.Get("Traceparent"))
	fmt.Fprint(w, <-parts+<-parts)
}

// RFC 6455: the handshake, and text frames of less than 126 bytes.
const webSocketMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

func accept(key string) string {
	sum := sha1.Sum([]byte(key + webSocketMagic))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func echo(w http.ResponseWriter, r *http.Request) {
	connection, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	fmt.Fprintf(buffered, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n\r\n", accept(r.Header.Get("Sec-WebSocket-Key")))
	buffered.Flush()
	for {
		head := make([]byte, 6)
		if _, err := io.ReadFull(buffered, head); err != nil {
			return
		}
		text := make([]byte, head[1]&127)
		if _, err := io.ReadFull(buffered, text); err != nil {
			return
		}
		for i := range text {
			text[i] ^= head[2+i%4]
		}
		buffered.Write(append([]byte{0x81, byte(len(text))}, text...))
		buffered.Flush()
	}
}

func get(client *http.Client, base string, n int, major int) error {
	traced := fmt.Sprintf("00-%032x-%016x-01", n+1, n+1)
	request, _ := http.NewRequest("GET", base+"/work?n="+strconv.Itoa(n), nil)
	request.Header.Set("Traceparent", traced)
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return err
	}
	if string(body) != answer(n) || response.Header.Get("Traced") != traced || response.ProtoMajor != major {
		return fmt.Errorf("%d: %s %q over HTTP/%d", n, body, response.Header.Get("Traced"), response.ProtoMajor)
	}
	return nil
}

// fails asks for what must not be answered.
func fails(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err == nil {
		response.Body.Close()
		return fmt.Errorf("%s was answered: %s", url, response.Status)
	}
	if !strings.Contains(err.Error(), "EOF") && !strings.Contains(err.Error(), "INTERNAL_ERROR") &&
		!strings.Contains(err.Error(), "connection reset") {
		return err
	}
	return nil
}

func talk(address string, n int) error {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	fmt.Fprintf(connection, "GET /echo HTTP/1.1\r\nHost: soak\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c29haw==\r\n\r\n")
	from := bufio.NewReader(connection)
	response, err := http.ReadResponse(from, nil)
	if err != nil {
		return err
	}
	if response.StatusCode != 101 || response.Header.Get("Sec-WebSocket-Accept") != accept("c29haw==") {
		return fmt.Errorf("handshake: %s", response.Status)
	}
	for i := 0; i < 5; i++ {
		text := []byte(fmt.Sprintf("message %d of %d", i, n))
		masked := append([]byte{0x81, 0x80 | byte(len(text)), 1, 2, 3, 4}, text...)
		for at := range text {
			masked[6+at] ^= masked[2+at%4]
		}
		connection.Write(masked)
		got := make([]byte, 2+len(text))
		if _, err := io.ReadFull(from, got); err != nil {
			return err
		}
		if !bytes.Equal(got[2:], text) {
			return fmt.Errorf("%q came back as %q", text, got[2:])
		}
	}
	return nil
}

func main() {
	http.HandleFunc("/work", work)
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("planned") })
	http.HandleFunc("/abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	silent := log.New(io.Discard, "", 0)
	plain := httptest.NewUnstartedServer(http.DefaultServeMux)
	plain.Config.ErrorLog = silent
	plain.Start()
	second := httptest.NewUnstartedServer(http.DefaultServeMux)
	second.Config.ErrorLog = silent
	second.EnableHTTP2 = true
	second.StartTLS()
	address := plain.Listener.Addr().String()
	for worker := 0; worker < 4; worker++ {
		worker := worker
		go func() {
			for n := worker; ; n += 4 {
				check("plain", get(plain.Client(), plain.URL, n, 1))
				check("http2", get(second.Client(), second.URL, n, 2))
				// Busy, but others are to get a word in.
				time.Sleep(2 * time.Millisecond)
				switch n / 4 % 8 {
				case 1:
					check("panic", fails(plain.Client(), plain.URL+"/panic"))
				case 3:
					check("panic over http2", fails(second.Client(), second.URL+"/panic"))
				case 5:
					check("abort", fails(plain.Client(), plain.URL+"/abort"))
				case 7:
					check("websocket", talk(address, n))
				}
			}
		}()
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		reportLock.Lock()
		text, _ := json.Marshal(reported)
		reportLock.Unlock()
		fmt.Println(string(text))
	}
}
