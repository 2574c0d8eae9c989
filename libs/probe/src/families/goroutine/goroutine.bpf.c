/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family goroutine, the flight recorder: every state change of every goroutine, kept in the kernel and read only when
 * something happens. One ring for each CPU, newest over oldest; nothing is sent, nobody waits:
 *
 *     flight_heads[cpu].written = n        next entry: number n, slot n & (flight_slots - 1)
 *     flight: │ cpu 0: slot 0 … slot k-1 │ cpu 1: slot 0 … │ …
 *
 * At a fatal error, a throw or a panic that nobody recovers the recorder stops for good: what led there is not
 * overwritten by the dying process, and kernel memory survives it.
 */
#include "flight.h"

/* Slots of one CPU, a power of two: set by the loader, which makes `flight` that many times the number of CPUs. */
const volatile u32 flight_slots = 1024;

/* runtime2.go, type g, the same distances in Go 1.19 … 1.27 (libs/golang, field-table.ts; compared by a test). */
struct g_state {
	u32 status;
	u32 stack_lock;
	u64 goid;
	u64 schedlink;
	u64 waitsince;
	u8 waitreason;
	u8 pad[7];
};

/* _Gscan: the collector looks at the stack; the state below it stays what it was (runtime2.go). */
#define G_SCAN 0x1000
#define G_RUNNING 2
#define G_SYSCALL 3

/* Seen by other CPUs after what was written before, and before what is written next. x86 stores become visible in their
 * order (Intel SDM vol. 3, 8.2.2), so the compiler alone has to be held; on arm64 an exchange orders both (the kernel makes
 * swpal of it, or an exclusive pair with dmb ish behind: arch/arm64/net/bpf_jit_comp.c). */
inline_always void set_sequence(struct flight_entry *entry, u64 sequence)
{
#ifdef __TARGET_ARCH_arm64
	__sync_lock_test_and_set(&entry->sequence, sequence);
#else
	asm volatile("" ::: "memory");
	*(volatile u64 *)&entry->sequence = sequence;
#endif
}

/* A number of its own for each entry, although programs may be preempted in the middle (see COUNT in common.h). The slot
 * says 0 until its writer has finished, so that a reader never takes half an entry. */
inline_always struct flight_entry *claim(u64 *sequence)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct flight_head *head = bpf_map_lookup_elem(&flight_heads, &cpu);
	struct flight_entry *entry;
	u32 slot;

	if (!head)
		return 0;
	*sequence = __sync_fetch_and_add(&head->written, 1) + 1;
	slot = cpu * flight_slots + ((u32)(*sequence - 1) & (flight_slots - 1));
	entry = bpf_map_lookup_elem(&flight, &slot);
	if (entry)
		set_sequence(entry, 0);
	return entry;
}

inline_always void record_change(const struct hit *hit, u64 g, u8 old_state, u8 new_state)
{
	struct g_state state = {};
	struct flight_entry *entry;
	u64 sequence;

	bpf_probe_read_user(&state, sizeof(state), (void *)(g + goid_offset - 8));
	if ((state.status & ~G_SCAN) != old_state)
		COUNT(selftest_failed);
	entry = claim(&sequence);
	if (!entry)
		return;
	entry->ts = hit->now;
	entry->g = g;
	entry->goid = state.goid;
	entry->caller_pc = 0;
	entry->stack = -1;
	entry->tid = bpf_get_current_pid_tgid();
	entry->hook = hit->hook;
	entry->reason = state.waitreason;
	entry->old_state = old_state;
	entry->new_state = new_state;
	set_sequence(entry, sequence);
}

/* Where a goroutine is about to park, or died: an entry without a change. Whoever reads joins it with the change that
 * comes next on the same g, so no map has to be asked here. At a branch site the kernel's walk misses the direct caller
 * (src/symbols/stack-table.ts): its return address is on top of the stack. */
inline_always void record_place(struct pt_regs *ctx, const struct hit *hit, u64 goid, u8 reason)
{
	s32 stack = take_stack(ctx);
	struct flight_entry *entry;
	u64 sequence, caller_pc = 0;

	caller_pc = return_address(ctx);
	entry = claim(&sequence);
	if (!entry)
		return;
	entry->ts = hit->now;
	entry->g = hit->self.g;
	entry->goid = goid;
	entry->caller_pc = caller_pc;
	entry->stack = stack;
	entry->tid = bpf_get_current_pid_tgid();
	entry->hook = hit->hook;
	entry->reason = reason;
	entry->old_state = G_RUNNING;
	entry->new_state = G_RUNNING;
	set_sequence(entry, sequence);
}

/* func fatal(s string), func throw(s string), func fatalpanic(msgs *_panic)      runtime/panic.go, Go 1.19 … 1.27
 * AX = text, BX = its length, or AX = msgs. None returns. They may run on the system stack. */
inline_always void record_crash(struct pt_regs *ctx, struct hit *hit, struct flight_crash *crash)
{
	struct go_string text = {ARG0(ctx), ARG1(ctx)};
	u64 goid;

	if (!__sync_bool_compare_and_swap(&crash->ts, 0, hit->now))
		return;
	hit->self.g = user_g(hit->self.g);
	goid = hit->self.g ? read_goid(hit->self.g) : 0;
	crash->g = hit->self.g;
	crash->goid = goid;
	crash->hook = hit->hook;
	if (hit->hook != HOOK_GOROUTINE_PANIC)
		crash->text_length = read_text(crash->text, sizeof(crash->text), &text);
	record_place(ctx, hit, goid, 0);
}

SEC("uprobe.multi/goroutine")
int family_goroutine(struct pt_regs *ctx)
{
	struct flight_crash *crash;
	struct hit hit;
	u32 zero = 0;

	if (!begin_hit(ctx, &hit))
		return 0;
	crash = bpf_map_lookup_elem(&flight_crash, &zero);
	if (!crash || crash->ts)
		return 0;
	switch (hit.hook) {
	/* func casgstatus(gp *g, oldval, newval uint32)                      runtime/proc.go, Go 1.19 … 1.27
	 * AX = gp, BX = oldval, CX = newval, never with _Gscan. It does not return before gp has the new status. */
	case HOOK_GOROUTINE_CHANGE:
		record_change(&hit, ARG0(ctx), ARG1(ctx), ARG2(ctx));
		break;
	/* func gopark(unlockf, lock unsafe.Pointer, reason waitReason, …, traceskip int)  runtime/proc.go, Go 1.19 … 1.27
	 * CL = reason; runs on the goroutine that parks, which casgstatus no longer does. */
	case HOOK_GOROUTINE_PARK:
		record_place(ctx, &hit, 0, ARG2(ctx));
		break;
	/* func reentersyscall(pc, sp, bp uintptr), func exitsyscall()        runtime/proc.go, Go 1.26 … 1.27
	 * R14 = the goroutine. They change its status themselves and call casgstatus only where that fails. */
	case HOOK_GOROUTINE_ENTER_SYSCALL:
		record_change(&hit, hit.self.g, G_RUNNING, G_SYSCALL);
		break;
	case HOOK_GOROUTINE_EXIT_SYSCALL:
		record_change(&hit, hit.self.g, G_SYSCALL, G_RUNNING);
		break;
	default:
		record_crash(ctx, &hit, crash);
	}
	return 0;
}
