//go:build otel

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// TRACE_SOURCES of libs/events.
const (
	traceparent = 1
	generated   = 2
	fromSDK     = 3
)

const (
	spansKept = 16
	crowd     = 32
)

type discard struct{}

func (discard) ExportSpans(context.Context, []sdk.ReadOnlySpan) error { return nil }
func (discard) Shutdown(context.Context) error                        { return nil }

var (
	ctx    = context.Background()
	tracer = sdk.NewTracerProvider(sdk.WithSyncer(discard{})).Tracer("test")
)

var requests = []struct{ path, traceparent string }{
	{"plain", ""}, {"made", ""}, {"nothing-left", ""}, {"continued", labelParent}, {"ignored", labelParent},
	{"leaked", ""}, {"after-leak", ""}, {"labelled", labelParent}, {"panics", ""},
}

func init() {
	// A pattern each, so that its row's route is its path.
	for _, each := range requests {
		http.HandleFunc("/requests/"+each.path, serve)
	}
	cases = append(cases, spanCases, endCases, processorCases, depthCases, crowdCase, requestCases)
}

func begin(parent context.Context, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	return tracer.Start(parent, "work", options...)
}

// of expects the ids of a span.
func of(name string, span trace.Span, binding int) Wait {
	context := span.SpanContext()
	return Wait{Name: name, Trace: context.TraceID().String(), Span: context.SpanID().String(), Binding: binding}
}

func spanCases() {
	wait(Wait{Name: "no span"})
	in, outer := begin(ctx)
	wait(of("span", outer, span))
	_, inner := begin(in)
	wait(of("inner span", inner, span))
	inner.End()
	wait(of("outer span again", outer, span))
	_, other := begin(in, trace.WithNewRoot())
	wait(of("new root", other, span))
	other.End()
	inside(func() {
		wait(of("started goroutine", outer, inherited))
		_, own := begin(in)
		wait(of("span of a started goroutine", own, inherited))
		own.End()
		_, root := begin(ctx)
		wait(of("another trace on a started goroutine", root, span))
		root.End()
		wait(of("started goroutine, its spans over", outer, inherited))
		outer.End()
		wait(of("started goroutine, its starter's span over", outer, inherited))
	})
	wait(Wait{Name: "span ended by another goroutine"})
	_, held := begin(ctx)
	waitHeldBy(Wait{
		Name: "holder", Binding: span, Holder: held.SpanContext().TraceID().String(),
		Trace: held.SpanContext().TraceID().String(), Span: held.SpanContext().SpanID().String(),
	}, func(hold func()) { go hold() })
	held.End()
	with([]string{"trace_id", labelTrace}, func() {
		wait(Wait{Name: "labels", Trace: labelTrace, Binding: labels})
		_, labelled := begin(ctx)
		wait(of("a span goes before labels", labelled, span))
		labelled.End()
		wait(Wait{Name: "labels again", Trace: labelTrace, Binding: labels})
	})
}

func endCases() {
	in, first := begin(ctx)
	_, second := begin(in)
	first.End()
	wait(of("the outer one ended first", second, span))
	second.End()
	wait(Wait{Name: "both ended"})
	func() {
		defer func() { _ = recover() }()
		_, panics := begin(ctx)
		defer panics.End()
		wait(of("about to panic", panics, span))
		panic("caught")
	}()
	wait(Wait{Name: "ended by a panic"})
	_, twice := begin(ctx)
	twice.End()
	twice.End()
	wait(Wait{Name: "ended twice"})
	_, timed := begin(ctx, trace.WithTimestamp(time.Unix(1, 0)))
	wait(of("begun in 1970", timed, span))
	timed.End(trace.WithTimestamp(time.Unix(2, 0)))
	wait(Wait{Name: "ended in 1970"})
	for i := 0; i < 1000; i++ {
		_, short := begin(ctx)
		short.End()
	}
	runtime.GC()
	wait(Wait{Name: "a thousand ended and collected"})
}

// processorCases: whatever becomes of its spans, a provider begins them.
func processorCases() {
	for name, provider := range map[string]*sdk.TracerProvider{
		"no processor":   sdk.NewTracerProvider(),
		"batches":        sdk.NewTracerProvider(sdk.WithBatcher(discard{})),
		"two processors": sdk.NewTracerProvider(sdk.WithSyncer(discard{}), sdk.WithBatcher(discard{})),
	} {
		_, begun := provider.Tracer("test").Start(ctx, "work")
		wait(of(name, begun, span))
		begun.End()
		wait(Wait{Name: name + ", ended"})
		_ = provider.Shutdown(ctx)
	}
	_, unsampled := sdk.NewTracerProvider(sdk.WithSampler(sdk.NeverSample())).Tracer("test").Start(ctx, "work")
	wait(Wait{Name: "not sampled: not seen"})
	unsampled.End()
}

func depthCases() {
	var open []trace.Span
	in := ctx
	for i := 0; i < spansKept+4; i++ {
		var begun trace.Span
		in, begun = begin(in)
		open = append(open, begun)
	}
	endTo := func(count int) {
		for ; len(open) > count; open = open[:len(open)-1] {
			open[len(open)-1].End()
		}
	}
	wait(of("the newest of twenty", open[len(open)-1], span))
	endTo(5)
	wait(of("the oldest that is kept", open[4], span))
	endTo(4)
	wait(Wait{Name: "forgotten ones"})
	endTo(0)
	expected.Forgotten += 4
}

func crowdCase() {
	var group sync.WaitGroup
	for i := 0; i < crowd; i++ {
		group.Add(1)
		name := fmt.Sprintf("goroutine %d", i)
		go func() {
			defer group.Done()
			for round := 0; round < 4; round++ {
				in, outer := begin(ctx)
				_, inner := begin(in)
				wait(of(name+", inner", inner, span))
				inner.End()
				wait(of(name+", outer", outer, span))
				outer.End()
				wait(Wait{Name: name + ", neither"})
			}
		}()
	}
	group.Wait()
}

// requestCases sends requests one behind the other over one connection: one goroutine serves them all.
func requestCases() {
	for _, each := range requests {
		// A GET that fails is sent again.
		request, err := http.NewRequest("POST", "http://"+address+"/requests/"+each.path, nil)
		if err != nil {
			panic(err)
		}
		if each.traceparent != "" {
			request.Header.Set("traceparent", each.traceparent)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}
}

func serve(_ http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	row := Request{Path: path, Source: generated}
	own := Wait{Name: path, OfRequest: path, Binding: exact}
	switch name := strings.TrimPrefix(path, "/requests/"); name {
	case "plain", "nothing-left", "after-leak":
		wait(own)
	case "made", "ignored", "panics":
		// The SDK knows nothing of the header: it makes an id of its own.
		early := own
		early.BeforeSpan = name != "ignored"
		if name == "ignored" {
			early = Wait{Name: path + ", early", Trace: labelTrace, Binding: exact, OfRequest: path}
		}
		wait(early)
		in, server := begin(ctx)
		defer server.End()
		row.Trace, row.Source, row.Parent = server.SpanContext().TraceID().String(), fromSDK, strings.Repeat("0", 16)
		wait(of(path+", in its span", server, exact))
		_, inner := begin(in)
		wait(of(path+", in an inner span", inner, exact))
		inside(func() { wait(of(path+", started goroutine", inner, inherited)) })
		inner.End()
		_, root := begin(in, trace.WithNewRoot())
		wait(of(path+", in a span of another trace", root, span))
		root.End()
		server.End()
		wait(own)
		if name == "panics" {
			expected.Requests = append(expected.Requests, row)
			panic(http.ErrAbortHandler)
		}
	case "continued":
		in, server := begin(propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header)))
		row.Trace, row.Source, row.Parent = labelTrace, traceparent, labelSpan
		wait(of(path+", in its span", server, exact))
		_, root := begin(in, trace.WithNewRoot())
		wait(of(path+", in a span of another trace", root, span))
		root.End()
		server.End()
		wait(own)
	case "leaked":
		_, leaked := begin(ctx)
		row.Trace, row.Source, row.Parent = leaked.SpanContext().TraceID().String(), fromSDK, strings.Repeat("0", 16)
		wait(of(path, leaked, exact))
	case "labelled":
		row.Trace, row.Source, row.Parent = labelTrace, traceparent, labelSpan
		with([]string{"trace_id", strings.Repeat("1", 32)}, func() { wait(own) })
	}
	expected.Requests = append(expected.Requests, row)
}
