/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which trace a goroutine works for, asked when an event of it is written. The first that has an answer counts:
 *
 *   1. an OpenTelemetry SDK span that began on it and has not ended           otel-spans.h
 *   2. the request it serves, or what it inherited from the goroutine that started it
 *   3. its pprof labels                                                       pprof-labels.h
 *
 * 1 and 2 are known to the families trace and http, whose epoch it goes by: NO_EPOCH while they are detached.
 *
 * Included at the end of common.h, so that every family has it.
 */
#ifndef MAPSCOPE_FIND_CONTEXT_H
#define MAPSCOPE_FIND_CONTEXT_H

#include "otel-spans.h"
#include "pprof-labels.h"

/* Without labels, which the runtime itself hands down to the goroutines that one starts. */
inline_always struct trace_context *own_context(struct goroutine *self, u64 g, u32 epoch)
{
	struct trace_context *span;

	if (epoch == NO_EPOCH)
		return 0;
	span = span_context_offset ? span_context(self, g, epoch) : 0;
	if (span)
		return span;
	return self->context.epoch == epoch ? &self->context : 0;
}

/* Of the goroutine that this program runs for: it may drop spans that have ended. */
inline_always struct trace_context *find_context(const struct goroutine_key *key)
{
	u32 epoch = epoch_of(GATE_TRACE);
	struct goroutine *self = find_goroutine(key->g);
	struct trace_context *own = self ? own_context(self, key->g, epoch) : 0;

	if (own)
		return own;
	return labels_offset ? label_context(self, key->g, epoch) : 0;
}

/* Of another goroutine, whose entries are its own to change: what it serves or inherited. */
inline_always struct trace_context *find_other_context(const struct goroutine_key *key)
{
	u32 epoch = epoch_of(GATE_TRACE);
	struct goroutine *other = find_goroutine(key->g);

	return other && epoch != NO_EPOCH && other->context.epoch == epoch ? &other->context : 0;
}

/* Into a record, whose trace and span id lie side by side: those of this goroutine, or zeros. How they are known. */
inline_always u8 write_trace(u8 *trace_and_span_id, const struct hit *hit)
{
	struct trace_context *context = find_context(&hit->self);
	/* words: of bytes clang would copy one at a time */
	u64 *to = (u64 *)trace_and_span_id;

	if (!context) {
		__builtin_memset(to, 0, 24);
		return BINDING_NONE;
	}
	__builtin_memcpy(to, context->trace_id, 24);
	return context->binding;
}

#endif
