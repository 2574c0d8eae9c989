/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family trace: which trace a goroutine works for. Read from the header of the request that it serves, handed down when
 * it starts another goroutine, forgotten when the request is finished or its g is used for the next goroutine. While a
 * span of the OpenTelemetry SDK is open on it, that says (otel-spans.h).
 */
#include "request-context.h"

inline_always void trace_serve(struct pt_regs *ctx, struct hit *hit)
{
	struct goroutine *self = have_goroutine(hit->self.g);
	union request_room room;
	struct request_head head;

	if (!self)
		return;
	time_of(hit);
	read_request_head(&head, ARG3(ctx), &room);
	open_context(self, hit, head.header, &room);
}

inline_always void trace_end(const struct hit *hit)
{
	struct goroutine *self = find_goroutine(hit->self.g);

	if (self)
		close_context(self);
}

/* func gostartcallfn(gobuf *gobuf, fv *funcval)                       runtime/stack.go, Go 1.19 … 1.27
 * AX = &newg.sched, within the new g. newproc1 is its only caller, on the system stack of the thread whose goroutine
 * executes the go statement: R14 = g0, and the parent is g0.m.curg. The g may be a re-used one: what its last owner left
 * goes. */
inline_always void trace_new_g(struct pt_regs *ctx, const struct hit *hit)
{
	u64 parent_g = user_g(hit->self.g), child_g = ARG0(ctx) - g_sched_offset;
	struct goroutine *parent = find_goroutine(parent_g), *child;
	struct trace_context *context = parent ? own_context(parent, parent_g, hit->epoch) : 0;

	if (context) {
		child = have_goroutine(child_g);
		if (!child)
			return;
		child->context = *context;
		child->open_spans = 0;
		child->context.binding = BINDING_INHERITED;
	} else {
		child = find_goroutine(child_g);
		if (!child)
			return;
		close_context(child);
	}
	child->started_ns = 0;
	child->goid = 0;
}

/* func (s *recordingSpan) runtimeTrace(ctx context.Context) context.Context
 *                                          go.opentelemetry.io/otel/sdk/trace/span.go, v1.1 … v1.46
 * AX = s. (*tracer).Start calls it for every span that records, through an interface, whatever processors there are, and on
 * the goroutine that begins the span. */
inline_always void trace_span_start(struct pt_regs *ctx, const struct hit *hit)
{
	if (span_context_offset)
		begin_span(hit->self.g, hit->epoch, ARG0(ctx));
}

SEC("uprobe.multi/trace")
int family_trace(struct pt_regs *ctx)
{
	struct hit hit;

	if (!begin_hit_without_time(ctx, &hit))
		return 0;
	if (hit.hook == HOOK_TRACE_NEW_G) {
		trace_new_g(ctx, &hit);
		return 0;
	}
	if (hit.hook == HOOK_TRACE_SPAN_START) {
		trace_span_start(ctx, &hit);
		return 0;
	}
	/* Family http does the rest at the same functions, where it is on; then the verifier need not look at it here. */
	if (http_family_on)
		return 0;
	switch (hit.hook) {
	case HOOK_TRACE_SERVE:
		trace_serve(ctx, &hit);
		break;
	case HOOK_TRACE_FINISH:
	case HOOK_TRACE_CONNECTION_END:
	case HOOK_TRACE_HTTP2_END:
		trace_end(&hit);
		break;
	}
	return 0;
}
