/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The maps, shared by all families. Five plain numbers each, in section "maps": our loader reads them from the bytes,
 * so the object needs no BTF and can be stripped. `ring.max_entries` is set by the loader (session option ringBytes).
 */
#ifndef MAPSCOPE_MAPS_H
#define MAPSCOPE_MAPS_H

#include "records.h"

struct map_definition {
	u32 type, key_size, value_size, max_entries, flags;
};
#define MAP(name) struct map_definition name __attribute__((section("maps"), used))

/* A goroutine: its g's address (cheaper than goid: a register, no user read). A session is of one process, so no key names
 * it. g structures are re-used after goexit, so whoever stores under this key also clears it. */
struct goroutine_key {
	u64 g;
};

struct trace_context {
	u8 trace_id[16];
	u8 span_id[8];
	u8 parent_span_id[8];
	u32 epoch;
	u8 source;
	u8 binding;
	u8 sdk_asked; /* of a request: its first span, which decides about its trace id, has begun */
	u8 pad;
};

/* An SDK span that began on a goroutine, oldest first; it may have ended since (see otel-spans.h). */
struct open_span {
	u64 address;
	u8 span_id[8];
};
#define SPANS_KEPT 16

struct span_ids {
	u8 trace_id[16];
	u8 span_id[8];
};

/* Labels of a goroutine: key i at keys + i × stride, its value at values + i × stride. */
struct labels {
	u64 keys, values, stride, count;
	u64 in_use; /* of a map: tophash of each */
	u64 text, length; /* of a key or value */
	u64 key[2];
	u8 value[64]; /* 55 are used */
	u8 ids[32];   /* 24 are used */
};

/* What is being read, where there is room for it: a BPF stack has 512 bytes. */
union span_scratch {
	struct {
		struct span_ids own, parent;
		u64 start[2], end[2];
	};
	struct labels labels;
};

/* Only of goroutines that begin spans or carry labels; an entry is never deleted, as those of `goroutines`. */
struct goroutine_spans {
	struct trace_context current; /* made anew each time it is asked for */
	struct open_span open[SPANS_KEPT];
	union span_scratch scratch;
};

/* The thread that a CPU last worked for: what its g0 leads to. */
struct thread {
	u64 g0;
	u64 m;
};

/* What is known of a goroutine: its context, and the HTTP request it serves. Keyed by the address of its g. Go
 * never frees a g (allgs in runtime/proc.go): so entries are changed in place and never
 * deleted, and there are no more of them than the process ever had goroutines with a trace at the same time. Only the
 * goroutine itself writes here, or the one that creates it, before it can run: no entry has two writers. */
struct goroutine {
	struct trace_context context;
	u64 started_ns; /* 0: serves no request */
	u64 request;    /* *http.Request, the argument of ServeHTTP */
	u64 goid;
	u32 request_epoch;
	u8 end; /* how the request has ended unless finishRequest comes */
	u8 method_length;
	u8 path_length;
	u8 open_spans; /* how many of goroutine_spans.open count */
	u8 method[8];
	u8 path[64];
};

/* A goroutine on a semaphore's queue. ready = 0 until its releaser came. sudog = 0: it may not have queued (see lock_acquire). */
struct waiting {
	u64 queued_ns;
	u64 ready_ns;
	u64 sudog;
	u64 sema_address;
	u64 waiter_goid;
	u64 holder_goid;
	u8 holder_trace_id[16];
	s32 waiter_stack;
	s32 holder_stack;
	u32 epoch;
	u8 rw_as_reader;
	u8 rw_as_writer;
	u8 pad[2];
};

/* One call of a function on a goroutine's stack. Two calls that are open at a time lie at different depths, and a depth is
 * the same at entry and at RET, even if the runtime moved the stack in between (see call_of). */
struct call_key {
	u64 g;
	u64 depth; /* bytes from the stack's end to the call's return address */
};

/* A round trip that has not returned. */
struct open_client_request {
	u64 start_ns;
	u32 epoch;
	u8 method_length;
	u8 host_length;
	u8 pad[2];
	u8 method[8];
	u8 host[64];
};

/* A write that has not returned. */
struct map_window {
	u64 map;
	u64 g;
	u64 goid;
	u64 since_ns;
	u64 caller_pc;
	u32 epoch;
	u8 op;
	u8 pad[3];
	u64 stack[20];
};

/* What operations are counted by. lock: only of a map's first use after a wait. */
struct map_count_key {
	u64 map;
	u64 type;
	u64 caller_pc;
	u64 lock;
	union {
		struct {
			s32 lock_stack;
			u8 op;
			u8 key_function;
			u8 length_class;
			u8 pad;
		};
		u64 rest; /* the same, to be written at once: what was written byte by byte is slow to read as a word */
	};
};

/* Programs that are adding to a side of the counts right now. */
struct map_inside {
	u64 in_0;
	u64 in_1;
};

/* The lock that a goroutine last waited for: written by family lock, taken by family map. */
struct map_guard {
	u64 sema_address;
	u64 since_ns;
	s32 waiter_stack;
	u32 epoch;
};

/* What the collector is at. Everything here is written under runtime.worldsema, by one thread at a time. */
struct gc_world {
	u64 cycle_ns; /* when the cycle began; 0: none is under way */
	u64 stopped_ns;
	u64 cycle_goid;
	u64 stop_goid;
	u32 cycle; /* number of the cycle that is under way, or was */
	u32 epoch;
	u8 reason; /* of the stop */
	u8 next_reason;
	u8 ends_cycle; /* this stop is mark termination: its end is the cycle's */
	u8 pad[5];
};

/* A goroutine that helps marking. */
struct gc_assist {
	u64 start_ns;
	u32 cycle;
	u32 epoch;
};

/* What operations on sync.Maps are counted by. */
struct syncmap_key {
	u64 map;
	u64 caller_pc;
	u64 op;
};

/* Only ever added to: user space reads it while programs go on, and tells what came since it last did. */
struct syncmap_count {
	u64 count;
	s32 first_stack;
	u32 pad;
};

/* A Range that has not returned. */
struct open_range {
	u64 start_ns;
	u64 map;
	u64 entries;
	u64 caller_pc;
	s32 stack;
	u32 epoch;
};

#define STACK_FRAMES 48

/* By family (GATE_…): 0 while closed; another number each time it opens, so that what was stored before a pause is not
 * mistaken for something that began after it. Of each CPU, all the same. Hits are what the overhead budget goes by: counted
 * by whoever passes, open or not, and not atomically; one in a million may be missing. */
struct gate {
	u32 epoch;
	u32 pad;
	u64 hits;
};
MAP(gate) = {BPF_MAP_TYPE_PERCPU_ARRAY, 4, sizeof(struct gate), GATES, 0};
MAP(ring) = {BPF_MAP_TYPE_RINGBUF, 0, 0, 1 << 20, 0};
MAP(counts) = {BPF_MAP_TYPE_PERCPU_ARRAY, 4, sizeof(struct counters), 1, 0};
/* No LRU: an entry that cannot be kept is counted, never silently evicted. */
MAP(goroutines) = {BPF_MAP_TYPE_HASH, 8, sizeof(struct goroutine), 65536, 0};
/* No memory but for its buckets until a span begins. The loader makes it small where the program has no SDK and no labels. */
MAP(goroutine_spans) = {BPF_MAP_TYPE_HASH, 8, sizeof(struct goroutine_spans), 65536, BPF_F_NO_PREALLOC};
/* Of each CPU, see user_g. */
MAP(threads) = {BPF_MAP_TYPE_PERCPU_ARRAY, 4, sizeof(struct thread), 1, 0};
MAP(waits) = {BPF_MAP_TYPE_HASH, sizeof(struct goroutine_key), sizeof(struct waiting), 65536, 0};
MAP(client_requests) = {BPF_MAP_TYPE_HASH, sizeof(struct call_key), sizeof(struct open_client_request), 16384, 0};
MAP(map_windows) = {BPF_MAP_TYPE_HASH, 8, sizeof(struct map_window), 4096, 0};
MAP(map_open) = {BPF_MAP_TYPE_HASH, sizeof(struct goroutine_key), 8, 65536, 0};
/* [0] = writes that have not returned. */
MAP(map_writes_open) = {BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0};
MAP(map_guards) = {BPF_MAP_TYPE_HASH, sizeof(struct goroutine_key), sizeof(struct map_guard), 65536, 0};
/* [0] = 0 or 1: which of the two tables is being added to. */
MAP(map_side) = {BPF_MAP_TYPE_ARRAY, 4, 4, 1, 0};
MAP(map_inside) = {BPF_MAP_TYPE_PERCPU_ARRAY, 4, sizeof(struct map_inside), 1, 0};
MAP(map_counts_0) = {BPF_MAP_TYPE_HASH, sizeof(struct map_count_key), 8, 16384, 0};
MAP(map_counts_1) = {BPF_MAP_TYPE_HASH, sizeof(struct map_count_key), 8, 16384, 0};
/* By operation, only ever added to: what found no room in them. [0]: guards. */
MAP(map_uncounted) = {BPF_MAP_TYPE_ARRAY, 4, 8, 16, 0};
MAP(gc_world) = {BPF_MAP_TYPE_ARRAY, 4, sizeof(struct gc_world), 1, 0};
MAP(gc_assists) = {BPF_MAP_TYPE_HASH, sizeof(struct goroutine_key), sizeof(struct gc_assist), 16384, 0};
MAP(syncmap_counts) = {BPF_MAP_TYPE_HASH, sizeof(struct syncmap_key), sizeof(struct syncmap_count), 16384, 0};
/* By operation, only ever added to: what found no room in syncmap_counts. */
MAP(syncmap_uncounted) = {BPF_MAP_TYPE_ARRAY, 4, 8, 16, 0};
MAP(syncmap_ranges) = {BPF_MAP_TYPE_HASH, sizeof(struct call_key), sizeof(struct open_range), 4096, 0};
MAP(stacks) = {BPF_MAP_TYPE_STACK_TRACE, 4, 8 * STACK_FRAMES, 16384, 0};

#endif
