/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Spans of the OpenTelemetry SDK for Go. Their beginning is probed, their end is not: a span that has ended says so itself
 * (endTime), on whichever goroutine that happened, so it is looked at when its ids are wanted. A trap at each end would cost
 * more, and would not see the goroutine on which the span began.
 *
 *   recordingSpan   │ … mu │ parent SpanContext │ … │ startTime │ endTime │ … │ spanContext SpanContext │ …
 *   SpanContext     [ traceID 16 │ spanID 8 │ … ]
 *   time.Time       [ wall u64 │ ext i64 │ loc ]                              all zero until the span ends
 *
 *   began, oldest first:   server ─ query ─ retry          open_spans = 3
 *                                             └ the newest that has not ended gives trace and span id
 *
 * Memory of a collected span may be another span's by now: that one has another id. Beyond SPANS_KEPT the oldest is
 * forgotten and counted (map_full): what its goroutine does after the newer ones have ended counts as outside of it.
 */
#ifndef MAPSCOPE_OTEL_SPANS_H
#define MAPSCOPE_OTEL_SPANS_H

#include "common.h"

#define SPAN_ENDED 0
#define SPAN_OPEN 1
/* Its page is not in memory, which a probe cannot change: it counts again as soon as it is. */
#define SPAN_UNREADABLE 2

/* Into scratch: ids and times. */
inline_always int read_span(union span_scratch *scratch, u64 span)
{
	if (bpf_probe_read_user(scratch->end, sizeof(scratch->end), (void *)(span + span_end_time_offset)) ||
	    bpf_probe_read_user(&scratch->own, sizeof(scratch->own), (void *)(span + span_context_offset)))
		return SPAN_UNREADABLE;
	return scratch->end[0] | scratch->end[1] ? SPAN_ENDED : SPAN_OPEN;
}

inline_always int same_bytes8(const u8 *left, const u8 *right)
{
	u64 a, b;

	__builtin_memcpy(&a, left, 8);
	__builtin_memcpy(&b, right, 8);
	return a == b;
}

inline_always int same_trace(const u8 *left, const u8 *right)
{
	return same_bytes8(left, right) && same_bytes8(left + 8, right + 8);
}

inline_always int is_zero8(const u8 *bytes)
{
	u64 word;

	__builtin_memcpy(&word, bytes, 8);
	return word == 0;
}

/* exact or inherited, as the goroutine's request: a span of that request's trace. Any other one stands for itself. */
inline_always u8 span_binding(const struct goroutine *self, const struct span_ids *ids, u32 epoch)
{
	const struct trace_context *base = &self->context;

	return base->epoch == epoch && same_trace(base->trace_id, ids->trace_id) ? base->binding : BINDING_SPAN;
}

/* Of the newest span that has not ended; 0: there is none. Drops those that have. */
inline_always struct trace_context *span_context(struct goroutine *self, u64 g, u32 epoch)
{
	struct goroutine_spans *spans;

	if (self->open_spans == 0)
		return 0;
	spans = bpf_map_lookup_elem(&goroutine_spans, &g);
	if (!spans || spans->current.epoch != epoch)
		return 0;
#pragma clang loop unroll(disable)
	for (int i = 0; i < SPANS_KEPT; i++) {
		u32 newest = self->open_spans - 1;
		int state;

		if (newest >= SPANS_KEPT)
			return 0;
		state = read_span(&spans->scratch, spans->open[newest].address);
		if (state == SPAN_UNREADABLE)
			return 0;
		if (state == SPAN_OPEN && same_bytes8(spans->scratch.own.span_id, spans->open[newest].span_id)) {
			__builtin_memcpy(spans->current.trace_id, &spans->scratch.own, sizeof(struct span_ids));
			spans->current.source = SOURCE_SDK;
			spans->current.binding = span_binding(self, &spans->scratch.own, epoch);
			return &spans->current;
		}
		self->open_spans = newest;
	}
	return 0;
}

/* A new entry. Not on the stack, which has 512 bytes. */
const volatile struct goroutine_spans no_spans = {};

/* Made where there is none; what an earlier epoch left does not count. self may be 0. */
inline_always struct goroutine_spans *have_spans(struct goroutine *self, u64 g, u32 epoch)
{
	struct goroutine_spans *spans = bpf_map_lookup_elem(&goroutine_spans, &g);

	if (!spans) {
		if (bpf_map_update_elem(&goroutine_spans, &g, (const void *)&no_spans, BPF_ANY)) {
			COUNT(map_full);
			return 0;
		}
		spans = bpf_map_lookup_elem(&goroutine_spans, &g);
	}
	if (spans && spans->current.epoch != epoch) {
		spans->current.epoch = epoch;
		if (self)
			self->open_spans = 0;
	}
	return spans;
}

/* Forgets the oldest where there is no room for another. */
inline_always void add_span(struct goroutine *self, struct goroutine_spans *spans, u64 address, const u8 *span_id)
{
	u32 count = self->open_spans;

	if (count >= SPANS_KEPT) {
		COUNT(map_full);
#pragma clang loop unroll(disable)
		for (int i = 0; i + 1 < SPANS_KEPT; i++) {
			spans->open[i] = spans->open[i + 1];
			/* else clang makes one move of it, over the stack */
			asm volatile("" ::: "memory");
		}
		count = SPANS_KEPT - 1;
	}
	spans->open[count].address = address;
	__builtin_memcpy(spans->open[count].span_id, span_id, 8);
	self->open_spans = count + 1;
}

inline_always int is_zero_trace(const u8 *trace_id)
{
	return is_zero8(trace_id) && is_zero8(trace_id + 8);
}

/* A span that began just now has a start and no end, ids, and a parent of its own trace or none: anything else means that
 * the offsets are wrong for this binary. Counted, and seen by the session. */
inline_always int read_new_span(union span_scratch *scratch, u64 address)
{
	const u8 *trace_id = scratch->own.trace_id, *parent = scratch->parent.trace_id;
	int state = read_span(scratch, address);

	if (state == SPAN_UNREADABLE ||
	    bpf_probe_read_user(&scratch->parent, sizeof(scratch->parent), (void *)(address + span_parent_offset)) ||
	    bpf_probe_read_user(scratch->start, sizeof(scratch->start), (void *)(address + span_start_time_offset)))
		return 0;
	if (state == SPAN_ENDED || (scratch->start[0] | scratch->start[1]) == 0 || is_zero8(scratch->own.span_id) ||
	    is_zero_trace(trace_id) || !(same_trace(parent, trace_id) || is_zero_trace(parent))) {
		COUNT(selftest_failed);
		return 0;
	}
	return 1;
}

/* The SDK decides which trace a request belongs to: it may have made the id, because none came or it has no propagator, or
 * taken it from another header. The first span says it, begun on the goroutine that serves the request; what waited before
 * that keeps the id it had. */
inline_always void join_request(struct trace_context *request, const union span_scratch *span, u32 epoch)
{
	if (request->epoch != epoch || request->binding != BINDING_EXACT || request->sdk_asked)
		return;
	request->sdk_asked = 1;
	if (same_trace(request->trace_id, span->own.trace_id))
		return;
	__builtin_memcpy(request->trace_id, span->own.trace_id, 16);
	__builtin_memcpy(request->parent_span_id, span->parent.span_id, 8);
	request->source = SOURCE_SDK;
}

inline_always void begin_span(u64 g, u32 epoch, u64 address)
{
	struct goroutine *self = have_goroutine(g);
	struct goroutine_spans *spans = self ? have_spans(self, g, epoch) : 0;

	if (!spans)
		return;
	span_context(self, g, epoch); /* drops those that have ended */
	if (!read_new_span(&spans->scratch, address))
		return;
	join_request(&self->context, &spans->scratch, epoch);
	add_span(self, spans, address, spans->scratch.own.span_id);
}

#endif
