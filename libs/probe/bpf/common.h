/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What every family uses: registers of Go's calling convention, gate, counters, ring, stacks, goroutine identity. */
#ifndef MAPSCOPE_COMMON_H
#define MAPSCOPE_COMMON_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "registers.h"
#include "maps.h"

#define inline_always static __attribute__((always_inline)) inline
#define EEXIST 17
/* The same byte eight times. */
#define EACH(byte) (0x0101010101010101ull * (byte))

/* Struct offsets of the target's Go version: patched by the loader before load, then frozen. */
const volatile u32 goid_offset = 152;
const volatile u32 g_sched_offset = 56;
const volatile u32 request_method_offset = 0;
const volatile u32 request_url_offset = 16;
const volatile u32 request_header_offset = 56;
const volatile u32 url_path_offset = 56;
/* Of the matched route's pattern: a string, or (Go 1.22) a pointer to a struct that begins with it. 0: there is none. */
const volatile u32 request_pattern_offset = 0;
const volatile u32 request_pattern_is_pointer = 0;

const volatile u32 g_m_offset = 48;
const volatile u32 m_curg_offset = 192;
/* runtime.stopTheWorldWithSema takes a reason (Go ≥ 1.21). */
const volatile u32 stop_has_reason = 0;
/* sync.Map up to Go 1.23: where the pointer to its readOnly, its dirty map and its number of misses are. 0: another one. */
const volatile u32 syncmap_read_offset = 0;
const volatile u32 syncmap_dirty_offset = 0;
const volatile u32 syncmap_misses_offset = 0;
const volatile u32 url_host_offset = 40;
const volatile u32 response_status_offset = 16;

/* Family map. The flag that the runtime sets while it writes to a map: Swiss 34 and all of it, classic 8 and bit 4. */
const volatile u32 map_flag_offset = 34;
const volatile u32 map_flag_mask = 0xff;
/* Classic maps: two buckets on average hold no more than so many entries. */
const volatile u32 map_load_per_two = 13;
/* One write of so many becomes an event of its own; 0: none does. */
const volatile u32 map_sample_every = 128;
/* Bit i: the end of write HOOK_MAP_ASSIGN_ANY + i is probed (HOOK_MAP_RETURN_FIRST + i), so its window closes. */
const volatile u32 map_window_hooks = 0;
/* Some write's end is not probed: while it is under way no window says so, only the runtime's flag. */
const volatile u32 map_unseen_writes = 1;
const volatile u32 map_family_on = 0;
const volatile u32 lock_family_on = 0;
const volatile u32 http_family_on = 0;
/* Every goroutine that begins is seen (HOOK_TRACE_NEW_G): what is known of an older one with the same g is dropped then. */
const volatile u32 new_goroutines_seen = 0;
/* Where functions that only call another probed one stand, counted from the site in that one; 0 bytes: there is none.
 * fat_callee_op: which of mapaccess1 and mapaccess2 the fat ones call. */
const volatile u32 access_from = 0;
const volatile u32 access_bytes = 0;
const volatile u32 access_fast32_from = 0;
const volatile u32 access_fast32_bytes = 0;
const volatile u32 access_fast64_from = 0;
const volatile u32 access_fast64_bytes = 0;
const volatile u32 access_faststr_from = 0;
const volatile u32 access_faststr_bytes = 0;
const volatile u32 fat_callee_op = 0;
const volatile u32 fat1_from = 0;
const volatile u32 fat1_bytes = 0;
const volatile u32 fat2_from = 0;
const volatile u32 fat2_bytes = 0;
const volatile u32 iterate_from = 0;
const volatile u32 iterate_bytes = 0;

/* Of http.Header, a map[string][]string: which implementation, and where the slots of a bucket or group stand. */
const volatile u32 header_is_swiss = 1;
const volatile u32 header_key_stride = 40;
const volatile u32 header_elems = 24;
const volatile u32 header_elem_stride = 40;

/* Of the OpenTelemetry SDK's recordingSpan (libs/golang/src/offsets/otel-span.ts). span_context_offset 0: its spans are not
 * seen, so nothing is asked about them. */
const volatile u32 span_parent_offset = 0;
const volatile u32 span_start_time_offset = 0;
const volatile u32 span_end_time_offset = 0;
const volatile u32 span_context_offset = 0;
/* Of gRPC-Go's transport.Stream; grpc_method_offset 0: its requests are not seen. grpc_close_from: where its transport's
 * Close stands, counted from the site in handleStream. */
const volatile u32 grpc_context_offset = 0;
const volatile u32 grpc_method_offset = 0;
const volatile u32 grpc_close_from = 0;
/* Of g.labels; 0: the program sets none. labels_are_map: up to Go 1.23 a map, then a slice. */
const volatile u32 labels_offset = 0;
const volatile u32 labels_are_map = 0;

struct go_string {
	u64 data;
	u64 length;
};

/* internal/abi/type.go, type Type: Size_ 0, PtrBytes 8, Hash 16, TFlag 20, Align_ 21, FieldAlign_ 22, Kind_ 23; the
 * kind is its low five bits (runtime/type.go and runtime/typekind.go in 1.19). */
#define TYPE_KIND_OFFSET 23
#define KIND_MASK 31

/* What one hit needs: read once, passed down. */
struct hit {
	u64 now;
	struct goroutine_key self;
	u32 hook;
	u32 epoch;
};

inline_always struct counters *counters_here(void)
{
	u32 zero = 0;
	return bpf_map_lookup_elem(&counts, &zero);
}

/* Programs of a uprobe link may be preempted (kernel/trace/bpf_trace.c, uprobe_prog_run: migrate_disable only), so
 * even per-CPU counters are added to atomically: submitted must equal what user space reads, exactly. */
#define COUNT(field)                                              \
	do {                                                      \
		struct counters *count_ = counters_here();        \
		if (count_)                                       \
			__sync_fetch_and_add(&count_->field, 1);  \
	} while (0)

/* What another family keeps is valid in that family's epoch. 0 (NO_EPOCH): its gate is closed. */
inline_always u32 epoch_of(u32 family)
{
	struct gate *other = bpf_map_lookup_elem(&gate, &family);

	return other ? other->epoch : 0;
}

/* Opens a hit, or says that there is nothing to do: gate closed; or the stack check is about to jump to morestack,
 * which calls the function again, so this hit would be counted twice; cookie bit 0 says that the site is such a branch. Leaves `now` alone: reading the clock
 * costs as much as two map lookups. */
inline_always int begin_hit_without_time(struct pt_regs *ctx, struct hit *hit)
{
	u64 cookie = bpf_get_attach_cookie(ctx);
	u32 family = cookie >> COOKIE_GATE_SHIFT;
	struct gate *mine = bpf_map_lookup_elem(&gate, &family);

	if (!mine)
		return 0;
	mine->hits++;
	if (mine->epoch == 0)
		return 0;
	hit->now = 0;
	if ((cookie & 1) && STACK_CHECK_FAILS(ctx))
		return 0;
	hit->self.g = CURRENT_G(ctx);
	hit->hook = (u16)cookie >> 1;
	hit->epoch = mine->epoch;
	return 1;
}

/* Read once, and only by who needs it. */
inline_always u64 time_of(struct hit *hit)
{
	if (!hit->now)
		hit->now = bpf_ktime_get_ns();
	return hit->now;
}

inline_always int begin_hit(struct pt_regs *ctx, struct hit *hit)
{
	if (!begin_hit_without_time(ctx, hit))
		return 0;
	hit->now = bpf_ktime_get_ns();
	return 1;
}

/* The record's head is written here; the caller writes the rest. NULL is counted, whatever its reason. */
inline_always void *reserve(u32 kind, u32 size, u64 ts)
{
	struct record_head *head = bpf_ringbuf_reserve(&ring, size, 0);

	if (!head) {
		COUNT(lost[kind]);
		return 0;
	}
	head->kind = kind;
	head->size = size;
	head->ts = ts;
	return head;
}

/* No wake-up: user space polls (Documentation/bpf/ringbuf.rst); 3–4 times cheaper per hit. */
inline_always void submit(void *record, u32 kind)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	COUNT(submitted[kind]);
}

/* A stack's id is its bucket (kernel/bpf/stackmap.c, __bpf_get_stackid): another stack in that bucket gives -EEXIST.
 * Then the same stack without its first frame, the probed function itself, lands in another bucket and still names
 * waiter and holder. */
inline_always s32 take_stack(struct pt_regs *ctx)
{
	long id = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);

	if (id == -EEXIST)
		id = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK | 1);
	if (id < 0) {
		COUNT(stack_failed);
		return -1;
	}
	return id;
}

/* runtime2.go, type g: `atomicstatus uint32; stackLock uint32; goid uint64` lie side by side in every version. */
struct g_identity {
	u32 status;
	u32 stack_lock;
	u64 goid;
};

inline_always u64 read_goid(u64 g)
{
	u64 goid = 0;

	bpf_probe_read_user(&goid, sizeof(goid), (void *)(g + goid_offset));
	return goid;
}

/* runtime2.go, Go 1.19 … 1.27: m begins with g0, and curg is among its first words. */
#define M_WORDS 25

/* On the system stack R14 is the thread's g0; the goroutine it works for is g.m.curg. 0 where there is none. A thread's m stays
 * its own, and is not asked for again: what is read of it says whose g0 it has, should another program of this CPU have come
 * between, or the thread have ended. */
inline_always u64 user_g(u64 g0)
{
	u32 zero = 0;
	struct thread *last = bpf_map_lookup_elem(&threads, &zero);
	u64 words[M_WORDS], m = 0, g = 0;

	if (last && last->g0 == g0 && m_curg_offset < sizeof(words) &&
	    !bpf_probe_read_user(words, sizeof(words), (void *)last->m) && words[0] == g0)
		return words[m_curg_offset / 8];
	bpf_probe_read_user(&m, sizeof(m), (void *)(g0 + g_m_offset));
	if (!m)
		return 0;
	bpf_probe_read_user(&g, sizeof(g), (void *)(m + m_curg_offset));
	if (last) {
		last->g0 = g0;
		last->m = m;
	}
	return g;
}

/* Where the current goroutine must be running: its status is _Grunning = 2, perhaps with _Gscan = 0x1000 (runtime2.go).
 * Anything else means that the offset table is wrong for this binary: counted, and seen by the session. */
inline_always u64 read_running_goid(u64 g)
{
	struct g_identity identity = {};

	bpf_probe_read_user(&identity, sizeof(identity), (void *)(g + goid_offset - 8));
	if ((identity.status & ~0x1000) != 2)
		COUNT(selftest_failed);
	return identity.goid;
}

/* Which call this is, at its entry (before anything is pushed) or at its RET: at both the return address is on top of the
 * stack. Counted from the stack's end, because copystack (runtime/stack.go) keeps that distance. A call that ended in a
 * panic passes no RET; the next one at the same depth takes its place. */
inline_always struct call_key call_of(struct pt_regs *ctx, const struct hit *hit)
{
	struct call_key key = {hit->self.g, 0};
	u64 end = 0;

	/* runtime2.go: g begins with stack{lo, hi} */
	bpf_probe_read_user(&end, sizeof(end), (void *)(hit->self.g + 8));
	key.depth = end - STACK_POINTER(ctx);
	return key;
}

inline_always struct goroutine *find_goroutine(u64 g)
{
	return bpf_map_lookup_elem(&goroutines, &g);
}

/* Makes the entry where there is none yet: once in the life of a g. */
inline_always struct goroutine *have_goroutine(u64 g)
{
	struct goroutine *found = find_goroutine(g);

	if (!found) {
		struct goroutine fresh = {};

		if (bpf_map_update_elem(&goroutines, &g, &fresh, BPF_ANY)) {
			COUNT(map_full);
			return 0;
		}
		found = find_goroutine(g);
	}
	return found;
}

/* No gate is open at epoch 0: so it marks a context that is none. */
#define NO_EPOCH 0

/* Never all zero: that is "invalid" (W3C Trace Context, parent-id). */
inline_always void random_span_id(u8 *span_id)
{
	u32 high = bpf_get_prandom_u32(), low = bpf_get_prandom_u32() | 1;

	__builtin_memcpy(span_id, &high, 4);
	__builtin_memcpy(span_id + 4, &low, 4);
}

/* A panic may be recovered and the request finished all the same: finishRequest has the last word. */
inline_always void note_panic(const struct hit *hit)
{
	struct goroutine *self = find_goroutine(hit->self.g);

	if (self)
		self->end = END_PANIC;
}

/* Copies at most `limit` bytes (the field's size) and leaves the rest of the field alone: readers go by the length.
 * Returns the true length, at most 255. */
inline_always u8 read_text(u8 *to, u32 limit, const struct go_string *text)
{
	u64 length = text->length;

	if (length == 0 || length > (1u << 30))
		return 0;
	if (length >= limit)
		bpf_probe_read_user(to, limit, (void *)text->data);
	else {
		u32 part = length;
		/* clang may prove the mask useless and drop it; the verifier cannot follow that proof */
		asm volatile("" : "+r"(part));
		part &= 127;
		if (part < limit)
			bpf_probe_read_user(to, part, (void *)text->data);
	}
	return length > 255 ? 255 : length;
}

#include "../src/families/trace/find-context.h"

#endif
