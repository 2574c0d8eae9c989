/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family lock: who waited on a semaphore, who let go, how long, and how much of it was only the scheduler.
 *
 *   waiter    queue ──parked──────────────┊·····runs again, releaseSudog ──► one record
 *   releaser            readyWithTime ────┘
 *             |◄────── wait_ns ──────────►|◄── sched_ns ──►|
 *
 * Each park is one record: Mutex.lockSlow may park several times for one Lock. A program built with a profile may have
 * queue, releaseSudog and readyWithTime inlined into their callers: then semacquire1 and a closure take their places.
 */
#include "common.h"

inline_always void emit_wait(const struct hit *hit, const struct waiting *wait)
{
	struct lock_wait *record = reserve(KIND_LOCK_WAIT, sizeof(*record), wait->queued_ns);

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
	__builtin_memset(&record->binding, 0, 8);
	record->rw_as_reader = wait->rw_as_reader;
	record->rw_as_writer = wait->rw_as_writer;
	record->binding = write_trace(record->trace_id, hit);
	submit(record, KIND_LOCK_WAIT);
}

/* sync.RWMutex, Go 1.19 … 1.27 (sync/rwmutex.go), and how far readerWait lies behind two of its semaphores:
 *
 *    w.state 0 │ w.sema 4 │ writerSem 8 │ readerSem 12 │ readerCount 16 │ readerWait 20
 *                 └────────────────────────── 16 ─────────────────────────┘
 *                                            └─────────────── 8 ──────────┘
 *
 * Whoever waits on one of the two does so because a writer is announced. That one still waits for readers exactly while
 * readerWait is not 0; only between its two additions to readerCount and readerWait may it be 0 too early. */
#define READER_WAIT_BEHIND_READER_SEM 8
#define READER_WAIT_BEHIND_W_SEMA 16

inline_always u8 rw_state(u64 reader_wait_address)
{
	s32 reader_wait;

	if (bpf_probe_read_user(&reader_wait, sizeof(reader_wait), (void *)reader_wait_address))
		return RW_NONE;
	return reader_wait ? RW_WRITER_PENDING : RW_WRITER_HOLDING;
}

inline_always void begin_wait(struct pt_regs *ctx, struct hit *hit, u64 sema_address, u64 sudog)
{
	struct waiting *before = bpf_map_lookup_elem(&waits, &hit->self);
	struct waiting wait = {};

	/* semacquire1 loops: woken, but somebody else took the semaphore first. That wait was a wait too. */
	if (before && before->ready_ns && before->epoch == hit->epoch)
		emit_wait(hit, before);
	wait.waiter_stack = take_stack(ctx);
	wait.holder_stack = -1;
	wait.waiter_goid = read_running_goid(hit->self.g);
	wait.sudog = sudog;
	wait.sema_address = sema_address;
	wait.epoch = hit->epoch;
	wait.rw_as_reader = rw_state(sema_address + READER_WAIT_BEHIND_READER_SEM);
	wait.rw_as_writer = rw_state(sema_address + READER_WAIT_BEHIND_W_SEMA);
	wait.queued_ns = hit->now;
	if (bpf_map_update_elem(&waits, &hit->self, &wait, BPF_ANY))
		COUNT(map_full);
}

/* func (root *semaRoot) queue(addr *uint32, s *sudog, lifo bool)      runtime/sema.go, Go 1.19 … 1.27
 * AX = root, BX = addr, CX = s; runs on the waiter, under root.lock, just before it parks. */
inline_always void lock_queue(struct pt_regs *ctx, struct hit *hit)
{
	begin_wait(ctx, hit, ARG1(ctx), ARG2(ctx));
}

/* func semacquire1(addr *uint32, lifo bool, …)                        runtime/sema.go, Go 1.19 … 1.27
 * AX = addr; where queue is inlined into it. Here nobody knows yet whether it will park: if it does not, nobody makes it
 * ready, and its RET takes the entry away. If it parks several times, that is one wait, until it was last made ready. */
inline_always void lock_acquire(struct pt_regs *ctx, struct hit *hit)
{
	begin_wait(ctx, hit, ARG0(ctx), 0);
}

/* The waiter is still parked: the entry is ours to change. */
inline_always void end_wait(struct pt_regs *ctx, struct hit *hit, struct waiting *wait, u64 releaser_g)
{
	struct goroutine_key releaser = {releaser_g};
	struct trace_context *context = find_context(&releaser);

	wait->holder_stack = take_stack(ctx);
	wait->holder_goid = read_goid(releaser_g);
	if (context)
		__builtin_memcpy(wait->holder_trace_id, context->trace_id, 16);
	else
		__builtin_memset(wait->holder_trace_id, 0, 16);
	wait->ready_ns = hit->now;
}

/* func readyWithTime(s *sudog, traceskip int)                         runtime/sema.go, Go 1.19 … 1.27
 * AX = s; runs on the releaser. The waiter's g is sudog.g, its first field. sync.Cond calls it too (notifyList): its
 * waiters never passed queue, so they have no entry here. */
inline_always void lock_ready(struct pt_regs *ctx, struct hit *hit)
{
	struct goroutine_key waiter = {};
	struct waiting *wait;
	u64 sudog = ARG0(ctx);

	if (bpf_probe_read_user(&waiter.g, sizeof(waiter.g), (void *)sudog))
		return;
	wait = bpf_map_lookup_elem(&waits, &waiter);
	if (!wait || wait->epoch != hit->epoch)
		return;
	if (wait->sudog && (wait->sudog != sudog || wait->ready_ns))
		return;
	end_wait(ctx, hit, wait, hit->self.g);
}

/* goready's func() { ready(gp, traceskip, true) }                     runtime/proc.go, Go 1.21 … 1.27
 * The copy of it that is semrelease1's own, where readyWithTime is inlined into that: so it is called for waits on
 * semaphores alone. It runs on the thread's g0, called by systemstack, which leaves the frame pointer alone: the walk
 * goes on to the releaser's stack. DX is its context (cmd/compile/abi-internal.md): { code, gp, traceskip }. */
inline_always void lock_ready_closure(struct pt_regs *ctx, struct hit *hit)
{
	struct goroutine_key waiter = {};
	struct waiting *wait;

	if (bpf_probe_read_user(&waiter.g, sizeof(waiter.g), (void *)(CLOSURE(ctx) + 8)))
		return;
	wait = bpf_map_lookup_elem(&waits, &waiter);
	if (!wait || wait->epoch != hit->epoch)
		return;
	end_wait(ctx, hit, wait, user_g(hit->self.g));
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
 * AX = s; runs on the waiter when semacquire1 returns. Channels call it too: then there is no entry for this g.
 * Where it is inlined into semacquire1: each RET of that. */
inline_always void lock_acquired(struct hit *hit)
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
	case HOOK_LOCK_ACQUIRED:
		lock_acquired(&hit);
		break;
	case HOOK_LOCK_ACQUIRE:
		lock_acquire(ctx, &hit);
		break;
	case HOOK_LOCK_READY_CLOSURE:
		lock_ready_closure(ctx, &hit);
		break;
	}
	return 0;
}
