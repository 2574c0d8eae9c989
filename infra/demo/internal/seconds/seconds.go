// Package seconds is a command-line duration that may be written "5", "0.5" (seconds) or "250ms", "1m".
package seconds

import (
	"flag"
	"fmt"
	"strconv"
	"time"
)

type value time.Duration

// Flag declares a duration flag of that form.
func Flag(name string, preset time.Duration, usage string) *time.Duration {
	d := preset
	flag.Var((*value)(&d), name, usage)
	return &d
}

func (v *value) String() string { return time.Duration(*v).String() }

func (v *value) Set(text string) error {
	d, err := Parse(text)
	*v = value(d)
	return err
}

// Parse reads a duration that is not negative.
func Parse(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		number, numberErr := strconv.ParseFloat(text, 64)
		if numberErr != nil || !(number <= 1e9) { // also refuses NaN
			return 0, fmt.Errorf("%q is not a duration: write seconds (5) or a number with its unit (250ms)", text)
		}
		d = time.Duration(number * float64(time.Second))
	}
	if d < 0 {
		return 0, fmt.Errorf("%q is negative: write 0 or more", text)
	}
	return d, nil
}
