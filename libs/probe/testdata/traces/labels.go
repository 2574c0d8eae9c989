package main

import (
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
)

const (
	labelTrace  = "0af7651916cd43dd8448eb211c80319c"
	labelSpan   = "b7ad6b7169203331"
	labelParent = "00-" + labelTrace + "-" + labelSpan + "-01"
)

func init() { cases = append(cases, labelCases) }

func with(pairs []string, work func()) {
	pprof.Do(context.Background(), pprof.Labels(pairs...), func(context.Context) { work() })
}

func labelCases() {
	found := Wait{Trace: labelTrace, Binding: labels}
	named := func(name string, expect Wait) Wait {
		expect.Name = name
		return expect
	}
	wait(Wait{Name: "no labels"})
	for _, key := range []string{"trace_id", "trace.id", "trace id"} {
		with([]string{key, labelTrace}, func() { wait(named(key, found)) })
	}
	wait(Wait{Name: "labels were taken away"})
	with([]string{"traceparent", labelParent}, func() {
		wait(Wait{Name: "traceparent", Trace: labelTrace, Span: labelSpan, Binding: labels})
	})
	with(append(others(7), "trace_id", labelTrace), func() { wait(named("last of eight", found)) })
	with(append(others(8), "trace_id", labelTrace), func() { wait(Wait{Name: "last of nine is not looked at"}) })
	with([]string{"trace_id", labelTrace}, func() {
		inside(func() {
			wait(named("a goroutine started by one with labels", found))
			inside(func() { wait(named("and one started by that", found)) })
		})
		waitHeldBy(Wait{Name: "holder", Trace: labelTrace, Binding: labels, Holder: labelTrace}, func(hold func()) { go hold() })
	})
	for _, value := range []string{
		strings.ToUpper(labelTrace), labelTrace[1:], strings.Repeat("0", 32), "g" + labelTrace[1:],
		"ff" + labelParent[2:], labelParent + "-more", strings.Replace(labelParent, "-b", "_b", 1), "",
	} {
		with([]string{"trace_id", value}, func() { wait(Wait{Name: "no trace id: " + value}) })
	}
	with([]string{"trace_ie", labelTrace, "trace_id_", labelTrace, "a_label_with_a_long_name", labelTrace}, func() {
		wait(Wait{Name: "other labels"})
	})
}

// Their names sort before those that are looked for: from Go 1.24 on labels are sorted.
func others(count int) (pairs []string) {
	for i := 0; i < count; i++ {
		pairs = append(pairs, fmt.Sprintf("other%d", i), labelTrace)
	}
	return pairs
}
