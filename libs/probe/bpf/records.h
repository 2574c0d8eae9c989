/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The words shared by the BPF programs and src/families: ring records, hook numbers, counters.
 * Everything is padded by hand; little-endian. A test compares every _Static_assert below with the numbers in
 * families/NAME/layout.ts, so neither side can move a field alone.
 *
 * Every record begins with the same head:
 *
 *    0       2       4           8                  16
 *    +-------+-------+-----------+------------------+----
 *    | kind  | size  | –         | ts (monotonic)   | …
 *    +-------+-------+-----------+------------------+----
 */
#ifndef MAPSCOPE_RECORDS_H
#define MAPSCOPE_RECORDS_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef signed int s32;
typedef unsigned long long u64;

#define offset_of(type, field) __builtin_offsetof(type, field)

/* Record kinds: the wire numbers of BATCH_KINDS in libs/events. */
#define KIND_HTTP_REQUEST 1
#define KIND_LOCK_WAIT 2
#define KIND_PROBE_EVENT 4
#define KIND_CLIENT_REQUEST 7
#define KIND_MAP_EVENT 10
#define KIND_GC_EVENT 8
#define KIND_SYNCMAP_EVENT 9
#define KIND_LIMIT 16

/* The attach cookie is gate << 16 | hook << 1 | reentrant. Gates: one a family, numbered as in src/groups.ts. */
#define COOKIE_GATE_SHIFT 16
#define GATE_TRACE 0
#define GATE_LOCK 2
#define GATES 9

/* Hooks. Numbers are compared with src/families/NAME/hooks.ts by a test. */
#define HOOK_LOCK_QUEUE 1
#define HOOK_LOCK_READY 2
#define HOOK_LOCK_RELEASE_SUDOG 3
#define HOOK_LOCK_ACQUIRE 100
#define HOOK_LOCK_ACQUIRED 101
#define HOOK_LOCK_READY_CLOSURE 102
#define HOOK_TRACE_SERVE 4
#define HOOK_TRACE_FINISH 5
#define HOOK_TRACE_CONNECTION_END 6
#define HOOK_TRACE_NEW_G 7
#define HOOK_TRACE_HTTP2_END 8
#define HOOK_HTTP_SERVE 9
#define HOOK_HTTP_FINISH 10
#define HOOK_HTTP_CONNECTION_END 11
#define HOOK_HTTP_HTTP2_END 12
#define HOOK_FATAL_FATAL 13
#define HOOK_FATAL_THROW 14
#define HOOK_FATAL_PANIC 15
#define HOOK_HTTP_HIJACK 16
#define HOOK_HTTP_PANIC 17
#define HOOK_HTTP_X_NET_END 18
#define HOOK_TRACE_SPAN_START 19
#define HOOK_HTTP_RPC_START 20
#define HOOK_HTTP_RPC_END 21
#define HOOK_CLIENT_SEND 24
#define HOOK_CLIENT_RETURN 25
#define HOOK_MAP_ACCESS_ANY 50
#define HOOK_MAP_ACCESS_FAST32 51
#define HOOK_MAP_ACCESS_FAST64 52
#define HOOK_MAP_ACCESS_FASTSTR 53
#define HOOK_MAP_ACCESS2_ANY 54
#define HOOK_MAP_ACCESS2_FAST32 55
#define HOOK_MAP_ACCESS2_FAST64 56
#define HOOK_MAP_ACCESS2_FASTSTR 57
#define HOOK_MAP_ASSIGN_ANY 58
#define HOOK_MAP_ASSIGN_FAST32 59
#define HOOK_MAP_ASSIGN_FAST64 60
#define HOOK_MAP_ASSIGN_FAST64PTR 61
#define HOOK_MAP_ASSIGN_FASTSTR 62
#define HOOK_MAP_DELETE_ANY 63
#define HOOK_MAP_DELETE_FAST32 64
#define HOOK_MAP_DELETE_FAST64 65
#define HOOK_MAP_DELETE_FASTSTR 66
#define HOOK_MAP_CLEAR_ANY 67
#define HOOK_MAP_ITERATE_ANY 68
#define HOOK_MAP_NEXT_ANY 69
#define HOOK_MAP_CLONE_ANY 70
#define HOOK_MAP_HASH_GROW 71
#define HOOK_MAP_GROW_TO_TABLE 72
#define HOOK_MAP_GROW 73
#define HOOK_MAP_SPLIT 74
#define HOOK_MAP_RETURN_FIRST 75
#define HOOK_MAP_RETURN_LAST 85 /* runtime.gopanic */
#define HOOK_MAP_ITERATE_REFLECT 86
#define HOOK_MAP_NEXT_REFLECT 87
#define HOOK_GC_START 28
#define HOOK_GC_MARK_TERMINATION 29
#define HOOK_GC_STOP_WORLD 30
#define HOOK_GC_START_WORLD 31
#define HOOK_GC_ASSIST 32
#define HOOK_GC_ASSIST_RETURN 33
#define HOOK_GOROUTINE_CHANGE 90
#define HOOK_GOROUTINE_PARK 91
#define HOOK_GOROUTINE_ENTER_SYSCALL 92
#define HOOK_GOROUTINE_EXIT_SYSCALL 93
#define HOOK_GOROUTINE_FATAL 94
#define HOOK_GOROUTINE_THROW 95
#define HOOK_GOROUTINE_PANIC 96
#define HOOK_SYNCMAP_FIRST 36 /* one for each of SYNCMAP_OPS, in that order */
#define HOOK_SYNCMAP_RANGE 42
#define HOOK_SYNCMAP_MISS 44
#define HOOK_SYNCMAP_COPY 45
#define HOOK_SYNCMAP_LAST 45
#define HOOK_SYNCMAP_RANGE_RETURN 46

/* How an event got its trace id (BINDINGS), where that id came from (TRACE_SOURCES), how a request ended (REQUEST_ENDS),
 * what a probe event is (PROBE_EVENT_KINDS), what an RWMutex is at (RW_STATES): all of libs/events. */
#define BINDING_NONE 0
#define BINDING_EXACT 1
#define BINDING_INHERITED 2
#define BINDING_SPAN 3
#define BINDING_LABELS 4
#define SOURCE_TRACEPARENT 1
#define SOURCE_GENERATED 2
#define SOURCE_SDK 3
#define END_FINISHED 1
#define END_ABANDONED 2
#define END_PANIC 3
#define END_HIJACK 4
#define RW_NONE 0
#define RW_WRITER_PENDING 1
#define RW_WRITER_HOLDING 2
#define EVENT_FATAL 1
#define EVENT_THROW 2
#define EVENT_PANIC 3
#define MAP_COUNT 1
#define MAP_WRITE 2
#define MAP_CONFLICT 3
#define MAP_GROWTH 4
#define MAP_GUARD 5
#define OP_ACCESS 1
#define OP_ACCESS2 2
#define OP_ASSIGN 3
#define OP_DELETE 4
#define OP_CLEAR 5
#define OP_ITERATE 6
#define OP_NEXT 7
#define OP_CLONE 8

/* Which of the map's functions was called: what it says of the key. */
#define KEY_ANY 0
#define KEY_FAST32 1
#define KEY_FAST64 2
#define KEY_FAST64PTR 3
#define KEY_FASTSTR 4
#define GC_CYCLE 1
#define GC_ASSIST 2
#define GC_STOP_THE_WORLD 3
#define SYNCMAP_COUNT 1
#define SYNCMAP_PROMOTION 2
#define SYNCMAP_COPY 3
#define SYNCMAP_RANGE 4

struct record_head {
	u16 kind;
	u16 size;
	u32 unused; /* a session is of one process: none is asked for its id, and nothing is written here */
	u64 ts; /* bpf_ktime_get_ns: CLOCK_MONOTONIC */
};
_Static_assert(offset_of(struct record_head, kind) == 0, "");
_Static_assert(offset_of(struct record_head, size) == 2, "");
_Static_assert(offset_of(struct record_head, unused) == 4, "");
_Static_assert(offset_of(struct record_head, ts) == 8, "");
_Static_assert(sizeof(struct record_head) == 16, "");

/* One served request; ts = start. */
struct http_request {
	struct record_head head;
	u64 duration_ns;
	u64 goid;
	u8 trace_id[16];
	u8 span_id[8];
	u8 parent_span_id[8];
	u8 trace_source;
	u8 end;
	u8 method_length; /* true length, at most 255; bytes beyond the field are cut */
	u8 path_length;   /* true length, at most 255 */
	u8 pattern_length; /* true length, at most 255; 0: no pattern was matched, or none can be read */
	u8 pad[3];
	u8 method[8];
	u8 path[64]; /* URL.Path, never the query */
	u8 pattern[96]; /* not there where its length is 0 */
};
#define HTTP_REQUEST_SHORT offset_of(struct http_request, pattern)
_Static_assert(offset_of(struct http_request, duration_ns) == 16, "");
_Static_assert(offset_of(struct http_request, goid) == 24, "");
_Static_assert(offset_of(struct http_request, trace_id) == 32, "");
_Static_assert(offset_of(struct http_request, span_id) == 48, "");
_Static_assert(offset_of(struct http_request, parent_span_id) == 56, "");
_Static_assert(offset_of(struct http_request, trace_source) == 64, "");
_Static_assert(offset_of(struct http_request, end) == 65, "");
_Static_assert(offset_of(struct http_request, method_length) == 66, "");
_Static_assert(offset_of(struct http_request, path_length) == 67, "");
_Static_assert(offset_of(struct http_request, pattern_length) == 68, "");
_Static_assert(offset_of(struct http_request, method) == 72, "");
_Static_assert(offset_of(struct http_request, path) == 80, "");
_Static_assert(offset_of(struct http_request, pattern) == 144, "");
_Static_assert(sizeof(struct http_request) == 240, "");

/* One time a goroutine parked on a semaphore; ts = when it queued. */
struct lock_wait {
	struct record_head head;
	u64 wait_ns;  /* queued -> made ready by the releaser */
	u64 sched_ns; /* ready -> running again */
	u64 sema_address;
	u64 waiter_goid;
	u64 holder_goid;
	u8 trace_id[16];
	u8 span_id[8];
	u8 holder_trace_id[16];
	s32 waiter_stack; /* id in the stacks map, or negative */
	s32 holder_stack;
	u8 binding;
	u8 rw_as_reader; /* RW_*, if the semaphore is readerSem of an RWMutex; user space knows by the stack */
	u8 rw_as_writer; /* if it is that of the Mutex in an RWMutex */
	u8 pad[5];
};
_Static_assert(offset_of(struct lock_wait, wait_ns) == 16, "");
_Static_assert(offset_of(struct lock_wait, sched_ns) == 24, "");
_Static_assert(offset_of(struct lock_wait, sema_address) == 32, "");
_Static_assert(offset_of(struct lock_wait, waiter_goid) == 40, "");
_Static_assert(offset_of(struct lock_wait, holder_goid) == 48, "");
_Static_assert(offset_of(struct lock_wait, trace_id) == 56, "");
_Static_assert(offset_of(struct lock_wait, span_id) == 72, "");
_Static_assert(offset_of(struct lock_wait, holder_trace_id) == 80, "");
_Static_assert(offset_of(struct lock_wait, waiter_stack) == 96, "");
_Static_assert(offset_of(struct lock_wait, holder_stack) == 100, "");
_Static_assert(offset_of(struct lock_wait, binding) == 104, "");
_Static_assert(offset_of(struct lock_wait, rw_as_reader) == 105, "");
_Static_assert(offset_of(struct lock_wait, rw_as_writer) == 106, "");
_Static_assert(sizeof(struct lock_wait) == 112, "");

/* A fatal error, a throw or a panic; ts = when it was raised. */
struct probe_event {
	struct record_head head;
	u64 goid;
	u64 caller_pc; /* [rsp] at entry: the return address into the function that raised it */
	u8 trace_id[16];
	u8 span_id[8];
	s32 stack;
	u8 event;
	u8 binding;
	u8 message_length; /* true length, at most 255 */
	u8 pad;
	u8 message[96];
	u64 type_address; /* of a panic's value: runtime._type; user space names it and says whether the text may pass */
};
_Static_assert(offset_of(struct probe_event, goid) == 16, "");
_Static_assert(offset_of(struct probe_event, caller_pc) == 24, "");
_Static_assert(offset_of(struct probe_event, trace_id) == 32, "");
_Static_assert(offset_of(struct probe_event, span_id) == 48, "");
_Static_assert(offset_of(struct probe_event, stack) == 56, "");
_Static_assert(offset_of(struct probe_event, event) == 60, "");
_Static_assert(offset_of(struct probe_event, binding) == 61, "");
_Static_assert(offset_of(struct probe_event, message_length) == 62, "");
_Static_assert(offset_of(struct probe_event, message) == 64, "");
_Static_assert(offset_of(struct probe_event, type_address) == 160, "");
_Static_assert(sizeof(struct probe_event) == 168, "");

/* One round trip of an HTTP client, until the response's header; ts = start. */
struct client_request {
	struct record_head head;
	u64 duration_ns;
	u64 goid;
	u8 trace_id[16];
	u8 span_id[8]; /* of the request served on this goroutine: the round trip's parent */
	u16 status;    /* 0: there was no response */
	u8 error;
	u8 binding;
	u8 method_length; /* true length, at most 255; 0 means GET */
	u8 host_length;   /* true length, at most 255 */
	u16 pad;
	u8 method[8];
	u8 host[64]; /* URL.Host: name and port, never user, path or query */
};
_Static_assert(offset_of(struct client_request, duration_ns) == 16, "");
_Static_assert(offset_of(struct client_request, goid) == 24, "");
_Static_assert(offset_of(struct client_request, trace_id) == 32, "");
_Static_assert(offset_of(struct client_request, span_id) == 48, "");
_Static_assert(offset_of(struct client_request, status) == 56, "");
_Static_assert(offset_of(struct client_request, error) == 58, "");
_Static_assert(offset_of(struct client_request, binding) == 59, "");
_Static_assert(offset_of(struct client_request, method_length) == 60, "");
_Static_assert(offset_of(struct client_request, host_length) == 61, "");
_Static_assert(offset_of(struct client_request, method) == 64, "");
_Static_assert(offset_of(struct client_request, host) == 72, "");
_Static_assert(sizeof(struct client_request) == 136, "");

/* What happened to a map: one write of several, a conflict, a growth. Counts and guards are made to the same shape in user
 * space. ts = when, of counts since when. */
struct map_event {
	struct record_head head;
	u64 map;
	u64 type; /* runtime.maptype */
	u64 caller_pc; /* the return address of the map's function */
	u64 goid;
	u64 count; /* operations this row stands for */
	u64 window_ns; /* counts: how long they were counted; conflict: how long the other one's write was under way */
	u64 sema_address; /* guard: the lock's semaphore */
	u64 entries; /* growth: entries before it */
	u64 other_goid; /* conflict: the writer that was inside */
	u64 other_caller_pc;
	u8 trace_id[16];
	u8 span_id[8];
	u8 other_trace_id[16];
	u32 old_slots; /* growth: of the map (classic), of the table (Swiss) */
	u32 new_slots;
	u32 maps; /* how many maps this row stands for */
	s32 stack;
	u8 kind;
	u8 op;
	u8 other_op;
	u8 key_function;
	u8 length_class; /* of a string key: 0 unknown, else length_class() of map.bpf.c */
	u8 flag_seen; /* conflict: the runtime's own writing flag was set */
	u8 binding;
	u8 pad;
	u64 other_stack[20]; /* conflict: addresses, innermost first, 0 after the last; not there in other events */
};
#define MAP_EVENT_SHORT offset_of(struct map_event, other_stack)
_Static_assert(offset_of(struct map_event, map) == 16, "");
_Static_assert(offset_of(struct map_event, type) == 24, "");
_Static_assert(offset_of(struct map_event, caller_pc) == 32, "");
_Static_assert(offset_of(struct map_event, goid) == 40, "");
_Static_assert(offset_of(struct map_event, count) == 48, "");
_Static_assert(offset_of(struct map_event, window_ns) == 56, "");
_Static_assert(offset_of(struct map_event, sema_address) == 64, "");
_Static_assert(offset_of(struct map_event, entries) == 72, "");
_Static_assert(offset_of(struct map_event, other_goid) == 80, "");
_Static_assert(offset_of(struct map_event, other_caller_pc) == 88, "");
_Static_assert(offset_of(struct map_event, trace_id) == 96, "");
_Static_assert(offset_of(struct map_event, span_id) == 112, "");
_Static_assert(offset_of(struct map_event, other_trace_id) == 120, "");
_Static_assert(offset_of(struct map_event, old_slots) == 136, "");
_Static_assert(offset_of(struct map_event, new_slots) == 140, "");
_Static_assert(offset_of(struct map_event, maps) == 144, "");
_Static_assert(offset_of(struct map_event, stack) == 148, "");
_Static_assert(offset_of(struct map_event, kind) == 152, "");
_Static_assert(offset_of(struct map_event, op) == 153, "");
_Static_assert(offset_of(struct map_event, other_op) == 154, "");
_Static_assert(offset_of(struct map_event, key_function) == 155, "");
_Static_assert(offset_of(struct map_event, length_class) == 156, "");
_Static_assert(offset_of(struct map_event, flag_seen) == 157, "");
_Static_assert(offset_of(struct map_event, binding) == 158, "");
_Static_assert(offset_of(struct map_event, other_stack) == 160, "");
_Static_assert(sizeof(struct map_event) == 320, "");

/* Something the garbage collector took time for; ts = when it began. */
struct gc_event {
	struct record_head head;
	u64 duration_ns;
	u64 goid; /* cycle: who started it; assist: who helped; stop: who stopped the world */
	u8 trace_id[16]; /* of an assist */
	u8 span_id[8];
	u32 cycle; /* counted from 1 since the probes came; 0: outside any */
	u8 event;  /* GC_… */
	u8 binding;
	u8 reason; /* of a stop: runtime.stwReason */
	u8 pad;
};
_Static_assert(offset_of(struct gc_event, duration_ns) == 16, "");
_Static_assert(offset_of(struct gc_event, goid) == 24, "");
_Static_assert(offset_of(struct gc_event, trace_id) == 32, "");
_Static_assert(offset_of(struct gc_event, span_id) == 48, "");
_Static_assert(offset_of(struct gc_event, cycle) == 56, "");
_Static_assert(offset_of(struct gc_event, event) == 60, "");
_Static_assert(offset_of(struct gc_event, binding) == 61, "");
_Static_assert(offset_of(struct gc_event, reason) == 62, "");
_Static_assert(sizeof(struct gc_event) == 64, "");

/* What was done to a sync.Map. Counts get this shape in user space (families/syncmap/counts.ts). */
struct syncmap_event {
	struct record_head head;
	u64 duration_ns; /* of a Range */
	u64 count;
	u64 map_address;
	u64 entries; /* 0 where the map does not know */
	u64 goid;
	u8 trace_id[16];
	u8 span_id[8];
	u64 caller_pc;
	s32 stack;
	u8 op;
	u8 event; /* SYNCMAP_… */
	u8 binding;
	u8 pad;
};
_Static_assert(offset_of(struct syncmap_event, duration_ns) == 16, "");
_Static_assert(offset_of(struct syncmap_event, count) == 24, "");
_Static_assert(offset_of(struct syncmap_event, map_address) == 32, "");
_Static_assert(offset_of(struct syncmap_event, entries) == 40, "");
_Static_assert(offset_of(struct syncmap_event, goid) == 48, "");
_Static_assert(offset_of(struct syncmap_event, trace_id) == 56, "");
_Static_assert(offset_of(struct syncmap_event, span_id) == 72, "");
_Static_assert(offset_of(struct syncmap_event, caller_pc) == 80, "");
_Static_assert(offset_of(struct syncmap_event, stack) == 88, "");
_Static_assert(offset_of(struct syncmap_event, op) == 92, "");
_Static_assert(offset_of(struct syncmap_event, event) == 93, "");
_Static_assert(offset_of(struct syncmap_event, binding) == 94, "");
_Static_assert(sizeof(struct syncmap_event) == 96, "");

/* Per CPU, only ever added to. submitted + lost = every record a program wanted to write. */
struct counters {
	u64 submitted[KIND_LIMIT]; /* by record kind */
	u64 lost[KIND_LIMIT];      /* ring full or busy: reserve returned NULL */
	u64 map_full;
	u64 stack_failed;
	u64 selftest_failed;
	u64 headers_unread; /* requests with more headers than are searched for traceparent */
};
_Static_assert(offset_of(struct counters, submitted) == 0, "");
_Static_assert(offset_of(struct counters, lost) == 128, "");
_Static_assert(offset_of(struct counters, map_full) == 256, "");
_Static_assert(offset_of(struct counters, stack_failed) == 264, "");
_Static_assert(offset_of(struct counters, selftest_failed) == 272, "");
_Static_assert(offset_of(struct counters, headers_unread) == 280, "");
_Static_assert(sizeof(struct counters) == 288, "");

#endif
