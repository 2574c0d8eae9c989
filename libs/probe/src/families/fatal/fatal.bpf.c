/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Family fatal: what is about to kill the process, or a panic, with its stack and the trace it happened in. */
#include "common.h"

inline_always void emit_event(struct pt_regs *ctx, struct hit *hit, u8 event, const struct go_string *message)
{
	struct probe_event *record;
	s32 stack = take_stack(ctx);

	record = reserve(KIND_PROBE_EVENT, sizeof(*record), hit->now);
	if (!record)
		return;
	__builtin_memset(&record->goid, 0, sizeof(*record) - offset_of(struct probe_event, goid));
	record->goid = read_goid(hit->self.g);
	record->caller_pc = return_address(ctx);
	record->stack = stack;
	record->event = event;
	record->type_address = event == EVENT_PANIC ? ARG0(ctx) : 0;
	record->message_length = read_text(record->message, sizeof(record->message), message);
	record->binding = write_trace(record->trace_id, hit);
	submit(record, KIND_PROBE_EVENT);
}

/* internal/abi/type.go */
#define KIND_STRING 24

/* func gopanic(e any)                                                 runtime/panic.go, Go 1.19 … 1.27
 * AX = e's type, BX = its data. A string (also runtime.errorString and other types of that kind) is boxed: BX points at
 * pointer and length. Other kinds carry no text that could be read without running their Error method. */
inline_always void read_panic_text(struct pt_regs *ctx, struct go_string *message)
{
	u8 kind = 0;

	bpf_probe_read_user(&kind, 1, (void *)(ARG0(ctx) + TYPE_KIND_OFFSET));
	if ((kind & KIND_MASK) == KIND_STRING)
		bpf_probe_read_user(message, sizeof(*message), (void *)ARG1(ctx));
}

SEC("uprobe.multi/fatal")
int family_fatal(struct pt_regs *ctx)
{
	struct go_string message = {};
	struct hit hit;
	u8 event;

	if (!begin_hit(ctx, &hit))
		return 0;
	/* func fatal(s string), func throw(s string)                  runtime/panic.go, Go 1.19 … 1.27
	 * AX = text, BX = its length. Both end the process; fatal blames the user's code (map races, unlock of unlocked
	 * mutex), throw the runtime's. */
	if (hit.hook == HOOK_FATAL_PANIC) {
		event = EVENT_PANIC;
		read_panic_text(ctx, &message);
		note_panic(&hit);
	} else {
		event = hit.hook == HOOK_FATAL_FATAL ? EVENT_FATAL : EVENT_THROW;
		message.data = ARG0(ctx);
		message.length = ARG1(ctx);
	}
	emit_event(ctx, &hit, event, &message);
	return 0;
}
