package seconds

import (
	"testing"
	"time"
)

func TestSecondsAndUnitsAreBothRead(t *testing.T) {
	good := map[string]time.Duration{"0": 0, "5": 5 * time.Second, "0.5": time.Second / 2, "250ms": 250 * time.Millisecond, "1m": time.Minute}
	for text, want := range good {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "five", "-1", "-3s", "NaN", "1e300"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", text, got)
		}
	}
}
