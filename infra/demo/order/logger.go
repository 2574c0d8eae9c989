package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"
)

const sealRounds = 50 // a line's seal is stretched by so many SHA-256 rounds: some microseconds under the lock

// Logger writes lines through one buffer under one lock, several times per request: the first thing an onlooker would
// suspect, and innocent. Each line ends in a seal over itself and the line before, so a line removed later is noticed.
type Logger struct {
	mu    sync.Mutex
	out   *bufio.Writer
	seal  [sha256.Size]byte
	waits waitMeter
}

// NewLogger writes to out; lines leave the buffer when it is full or flushed.
func NewLogger(out io.Writer) *Logger {
	return &Logger{out: bufio.NewWriterSize(out, 4096)}
}

// Print writes one line. A log that cannot be written must not stop the shop: bufio keeps the first error, Flush returns it.
func (l *Logger) Print(format string, args ...any) {
	text := time.Now().UTC().Format("2006-01-02T15:04:05.000000Z ") + fmt.Sprintf(format, args...)
	asked := time.Now()
	l.mu.Lock()
	waited := time.Since(asked)
	l.seal = sealOf(l.seal, text)
	_, _ = l.out.WriteString(text + " seal=" + hex.EncodeToString(l.seal[:4]) + "\n")
	l.mu.Unlock()
	l.waits.add(waited)
}

// Flush writes out what is buffered.
func (l *Logger) Flush() error {
	l.mu.Lock()
	err := l.out.Flush()
	l.mu.Unlock()
	return err
}

func sealOf(before [sha256.Size]byte, text string) [sha256.Size]byte {
	sum := sha256.Sum256(append(before[:], text...))
	for i := 0; i < sealRounds; i++ {
		sum = sha256.Sum256(sum[:])
	}
	return sum
}
