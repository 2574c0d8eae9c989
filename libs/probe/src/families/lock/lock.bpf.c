/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family lock: who waited on a semaphore, who let go, how long, and how much of it was only the scheduler.
 *
 *   waiter    queue ──parked──────────────┊·····runs again, releaseSudog ──► one record
 *   releaser            readyWithTime ────┘
 *             |◄────── wait_ns ──────────►|◄── sched_ns ──►|
 *
 * Each park is one record: Mutex.lockSlow may park several times for one Lock.
 */
#include "common.h"

inline_always void emit_wait(const struct hit *hit, const struct waiting *wait)
{
	struct trace_context *context;
	struct lock_wait *record = reserve(KIND_LOCK_WAIT, sizeof(*record), hit, wait->queued_ns);

	if (!record)
		return;
	record->wait_ns = wait->ready_ns - wait->queued_ns;
	record->sched_ns = hit->now - wait->ready_ns;
	record->sema_address = wait->sema_address;
	record->waiter_goid = wait->waiter_goid;
	record->holder_goid = wait->holder_goid;
	__builtin_memcpy(record->holder_trace_id, wait->holder_trace_id, 16);
	record->waiter_stack = wait->waiter_stack;
	record->holder_stack = wait->holder_stack;
	__builtin_memset(record->trace_id, 0, 24);
	__builtin_memset(&record->binding, 0, 8);
	context = find_context(&hit->self, hit->epoch);
	if (context) {
		__builtin_memcpy(record->trace_id, context->trace_id, 16);
		__builtin_memcpy(record->span_id, context->span_id, 8);
		record->binding = context->binding;
	}
	submit(record, KIND_LOCK_WAIT);
}

/* func (root *semaRoot) queue(addr *uint32, s *sudog, lifo bool)      runtime/sema.go, Go 1.19 … 1.27
 * AX = root, BX = addr, CX = s; runs on the waiter, under root.lock, just before it parks. */
inline_always void lock_queue(struct pt_regs *ctx, struct hit *hit)
{
	struct waiting *before = bpf_map_lookup_elem(&waits, &hit->self);
	struct waiting wait = {};

	/* semacquire1 loops: woken, but somebody else took the semaphore first. That wait was a wait too. */
	if (before && before->ready_ns && before->epoch == hit->epoch)
		emit_wait(hit, before);
	wait.waiter_stack = take_stack(ctx);
	wait.holder_stack = -1;
	wait.waiter_goid = read_running_goid(hit->self.g);
	wait.sudog = ctx->rcx;
	wait.sema_address = ARG1(ctx);
	wait.epoch = hit->epoch;
	wait.queued_ns = hit->now;
	if (bpf_map_update_elem(&waits, &hit->self, &wait, BPF_ANY))
		COUNT(map_full);
}

/* func readyWithTime(s *sudog, traceskip int)                         runtime/sema.go, Go 1.19 … 1.27
 * AX = s; runs on the releaser. The waiter's g is sudog.g, its first field. sync.Cond calls it too (notifyList): its
 * waiters never passed queue, so they have no entry here. The waiter is still parked: the entry is ours to change. */
inline_always void lock_ready(struct pt_regs *ctx, struct hit *hit)
{
	struct goroutine_key waiter = {0, hit->self.tgid};
	struct trace_context *context;
	struct waiting *wait;
	u64 sudog = ARG0(ctx);

	if (bpf_probe_read_user(&waiter.g, sizeof(waiter.g), (void *)sudog))
		return;
	wait = bpf_map_lookup_elem(&waits, &waiter);
	if (!wait || wait->epoch != hit->epoch || wait->sudog != sudog || wait->ready_ns)
		return;
	wait->holder_stack = take_stack(ctx);
	wait->holder_goid = read_goid(hit->self.g);
	context = find_context(&hit->self, hit->epoch);
	if (context)
		__builtin_memcpy(wait->holder_trace_id, context->trace_id, 16);
	wait->ready_ns = hit->now;
}

/* For family map, which takes it when this goroutine next goes to a map. An older one, of a goroutine that did not, is
 * overwritten here. */
inline_always void remember_guard(const struct hit *hit, const struct waiting *wait)
{
	struct map_guard guard = {wait->sema_address, hit->now, wait->waiter_stack, hit->epoch};

	if (bpf_map_update_elem(&map_guards, &hit->self, &guard, BPF_ANY))
		COUNT(map_full);
}

/* func releaseSudog(s *sudog)                                         runtime/proc.go, Go 1.19 … 1.27
 * AX = s; runs on the waiter when semacquire1 returns. Channels call it too: then there is no entry for this g. */
inline_always void lock_release_sudog(struct pt_regs *ctx, struct hit *hit)
{
	struct waiting *wait = bpf_map_lookup_elem(&waits, &hit->self);

	if (!wait)
		return;
	if (wait->ready_ns && wait->epoch == hit->epoch) {
		emit_wait(hit, wait);
		if (map_family_on)
			remember_guard(hit, wait);
	}
	bpf_map_delete_elem(&waits, &hit->self);
}

SEC("uprobe.multi/lock")
int family_lock(struct pt_regs *ctx)
{
	struct hit hit;

	if (!begin_hit(ctx, &hit))
		return 0;
	switch (hit.hook) {
	case HOOK_LOCK_QUEUE:
		lock_queue(ctx, &hit);
		break;
	case HOOK_LOCK_READY:
		lock_ready(ctx, &hit);
		break;
	case HOOK_LOCK_RELEASE_SUDOG:
		lock_release_sudog(ctx, &hit);
		break;
	}
	return 0;
}
