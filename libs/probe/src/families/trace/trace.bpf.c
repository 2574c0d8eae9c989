/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family trace: which trace a goroutine works for. Read from the request's own header bytes, handed down when a
 * goroutine starts another, forgotten when the connection reads its next request or the goroutine exits.
 */
#include "common.h"

inline_always int hex_digit(u8 c)
{
	/* Lower case only, as W3C Trace Context says of traceparent's values. OpenTelemetry's propagators refuse upper
	 * case too: a service that has one would make an id of its own, and ours must not claim another. */
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `count` bytes from 2 × count digits; negative if one is no digit, 0 if all bytes are zero. */
inline_always int read_hex(u8 *to, const u8 *from, int count)
{
	int bad = 0, any = 0;

#pragma unroll
	for (int i = 0; i < count; i++) {
		int high = hex_digit(from[2 * i]), low = hex_digit(from[2 * i + 1]);

		bad |= high | low;
		to[i] = high << 4 | low;
		any |= to[i];
	}
	return bad < 0 ? -1 : any;
}

/* Where 55 bytes are all: end of line, blanks before it, or unused memory (a line that did not lie in the reader's
 * buffer in one piece is copied, and nothing follows the copy). */
inline_always int ends_value(u8 c)
{
	return c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == 0;
}

/* value: <2 hex version>-<32 hex trace id>-<16 hex parent id>-<2 hex flags>, 55 bytes, and the one behind them.
 * W3C Trace Context, "Versioning of traceparent": version ff is invalid; 00 has nothing more; a later one is read the
 * same way if it ends there or goes on with a dash. The sampled flag is not asked: every request is recorded. */
inline_always int parse_traceparent(struct trace_context *context, const u8 *value)
{
	u8 version, flags;

	if (value[2] != '-' || value[35] != '-' || value[52] != '-')
		return 0;
	if (read_hex(&version, value, 1) < 0 || version == 0xff || read_hex(&flags, value + 53, 1) < 0)
		return 0;
	if (!ends_value(value[55]) && (version == 0 || value[55] != '-'))
		return 0;
	return read_hex(context->trace_id, value + 3, 16) > 0 && read_hex(context->parent_span_id, value + 36, 8) > 0;
}

/* func canonicalMIMEHeaderKey(a []byte) (_ string, ok bool)           net/textproto/reader.go, Go 1.19 … 1.27
 * AX = &a[0], BX = len(a). While a request's header is read, `a` lies in the reader's buffer, before it is rewritten,
 * and the value follows it there: "traceparent: 00-…", 68 bytes and one more. Propagators look the header up with a copied key
 * (http.Header.Get): nothing sensible follows it, and the shape check below refuses it. */
inline_always void trace_header(struct pt_regs *ctx, struct hit *hit)
{
	struct trace_context context = {}, *known;
	u8 line[72] = {};
	int ok;

	if (ARG1(ctx) != 11 || bpf_probe_read_user(line, 69, (void *)ARG0(ctx)))
		return;
#pragma unroll
	for (int i = 0; i < 11; i++)
		if ((line[i] | 0x20) != "traceparent"[i])
			return;
	if (line[11] != ':')
		return;
	ok = line[12] == ' ' ? parse_traceparent(&context, line + 13) : parse_traceparent(&context, line + 12);
	if (!ok)
		return;
	/* of several the first, as http.Header.Get gives it */
	known = find_context(&hit->self, hit->epoch);
	if (known && known->binding == BINDING_EXACT)
		return;
	random_span_id(context.span_id);
	context.epoch = hit->epoch;
	context.source = SOURCE_TRACEPARENT;
	context.binding = BINDING_EXACT;
	put_context(&hit->self, &context);
}

/* func newproc1(fn *funcval, callergp *g, callerpc uintptr[, parked bool, waitreason waitReason]) *g
 *                                                                     runtime/proc.go, Go 1.19 … 1.27
 * BX = callergp. Runs on g0, so the new goroutine is tied to its parent by thread. */
inline_always void trace_newproc(struct pt_regs *ctx, struct hit *hit)
{
	u64 thread = bpf_get_current_pid_tgid();
	struct new_goroutine birth = {ARG1(ctx), hit->epoch, 0};

	if (bpf_map_update_elem(&births, &thread, &birth, BPF_ANY))
		COUNT(map_full);
}

/* func gostartcallfn(gobuf *gobuf, fv *funcval)                       runtime/stack.go, Go 1.19 … 1.27
 * AX = &newg.sched, within the new g. newproc1 is its only caller, on the same thread (acquirem: no preemption in
 * between), before the g can run. The g may be a re-used one: what its last owner left goes. */
inline_always void trace_new_g(struct pt_regs *ctx, struct hit *hit)
{
	u64 thread = bpf_get_current_pid_tgid();
	struct new_goroutine *birth = bpf_map_lookup_elem(&births, &thread);
	struct goroutine_key parent = {0, hit->self.tgid}, child = {ARG0(ctx) - g_sched_offset, hit->self.tgid};
	struct trace_context *found, copy;
	u32 born;

	if (!birth)
		return;
	parent.g = birth->parent_g;
	born = birth->epoch;
	bpf_map_delete_elem(&births, &thread);
	found = born == hit->epoch ? find_context(&parent, hit->epoch) : 0;
	if (!found) {
		bpf_map_delete_elem(&contexts, &child);
		return;
	}
	copy = *found;
	copy.binding = BINDING_INHERITED;
	put_context(&child, &copy);
}

SEC("uprobe.multi/trace")
int family_trace(struct pt_regs *ctx)
{
	struct hit hit;

	if (!begin_hit(ctx, &hit))
		return 0;
	switch (hit.hook) {
	case HOOK_TRACE_HEADER:
		trace_header(ctx, &hit);
		break;
	case HOOK_TRACE_NEWPROC:
		trace_newproc(ctx, &hit);
		break;
	case HOOK_TRACE_NEW_G:
		trace_new_g(ctx, &hit);
		break;
	/* func (c *conn) readRequest(ctx context.Context) (w *response, err error)    net/http/server.go
	 * func goexit1()                                                              runtime/proc.go */
	case HOOK_TRACE_READ_REQUEST:
	case HOOK_TRACE_GOEXIT:
		bpf_map_delete_elem(&contexts, &hit.self);
		break;
	}
	return 0;
}
