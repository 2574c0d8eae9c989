/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family map: what is done to which map from where, two goroutines in one map at a time, growth, and which lock was taken
 * just before.
 *
 *   writer    mapassign ├──────── window ────────┤ RET            window: from entry to RET, found by the map's address
 *   another goroutine            mapaccess                        enters the same map meanwhile: a conflict
 *
 * No lock explains a conflict: who holds it has returned from the map's function before letting go. So a program whose
 * maps are locked has none, and a racy one has them long before the runtime happens to look at its own flag
 * ("concurrent map writes"). Nothing sits between the setting and the clearing of that flag, which would make the crash
 * likelier, except on growth, which is rare and copies the table anyway.
 */
#include "common.h"

/* Older windows are forgotten ones: a write takes microseconds, with a large table's growth milliseconds. */
#define WINDOW_NANOS 100000000ull
/* A goroutine that waited for a lock and then goes to a map does so at once; later it is another matter. */
#define GUARD_NANOS 10000000ull

/* One call of a map's function, as far as its entry tells. */
struct map_call {
	u64 map;
	u64 type;
	u64 caller_pc;
	u8 op;
	u8 key_function;
	u8 length_class;
	u8 is_write;
};

/* Of a string key only how long it is: 0, … 8, … 32, … 128, more. */
inline_always u8 length_class(u64 length)
{
	return length == 0 ? 1 : length <= 8 ? 2 : length <= 32 ? 3 : length <= 128 ? 4 : 5;
}

#define OPERATION(name, fn)                  \
	case HOOK_MAP_##name##_##fn:         \
		call->op = OP_##name;        \
		call->key_function = KEY_##fn; \
		break

inline_always int name_operation(struct map_call *call, u32 hook)
{
	switch (hook) {
		OPERATION(ACCESS, ANY);
		OPERATION(ACCESS, FAST32);
		OPERATION(ACCESS, FAST64);
		OPERATION(ACCESS, FASTSTR);
		OPERATION(ACCESS2, ANY);
		OPERATION(ACCESS2, FAST32);
		OPERATION(ACCESS2, FAST64);
		OPERATION(ACCESS2, FASTSTR);
		OPERATION(ASSIGN, ANY);
		OPERATION(ASSIGN, FAST32);
		OPERATION(ASSIGN, FAST64);
		OPERATION(ASSIGN, FAST64PTR);
		OPERATION(ASSIGN, FASTSTR);
		OPERATION(DELETE, ANY);
		OPERATION(DELETE, FAST32);
		OPERATION(DELETE, FAST64);
		OPERATION(DELETE, FASTSTR);
		OPERATION(CLEAR, ANY);
		OPERATION(ITERATE, ANY);
		OPERATION(NEXT, ANY);
		OPERATION(CLONE, ANY);
	/* package reflect, from Go 1.24 on, has its own */
	case HOOK_MAP_ITERATE_REFLECT:
		call->op = OP_ITERATE;
		break;
	case HOOK_MAP_NEXT_REFLECT:
		call->op = OP_NEXT;
		break;
	default:
		return 0;
	}
	call->is_write = call->op == OP_ASSIGN || call->op == OP_DELETE || call->op == OP_CLEAR;
	return 1;
}

/* runtime.hiter, internal/runtime/maps.Iter: key 0, elem 8, type 16, map 24, the same in Go 1.19 … 1.27. */
#define ITERATOR_TYPE 16

struct iterated {
	u64 type;
	u64 map;
};

/* Whether the caller is the function that stands at `from` (counted from this site) and is `bytes` long. */
inline_always int called_by(struct pt_regs *ctx, u64 caller_pc, u32 from, u32 bytes)
{
	return (u32)(caller_pc - INSTRUCTION_POINTER(ctx) - from) < bytes;
}

/* Reads that come through a function which only calls another: Go 1.27's mapaccess1 and its fast forms call mapaccess2 and
 * its; mapaccess1_fat and mapaccess2_fat, for elems of more than 1024 bytes, call mapaccess1, in Go 1.27 mapaccess2. The
 * read is one, of the wrapper's kind, and its caller is the wrapper's, one frame up: at the site RBP is still the
 * wrapper's. */
inline_always void unwrap_access(struct pt_regs *ctx, struct map_call *call)
{
	u64 pc = call->caller_pc;
	u8 op = 0;

	if (call->key_function == KEY_ANY) {
		if (call->op == fat_callee_op && called_by(ctx, pc, fat1_from, fat1_bytes))
			op = OP_ACCESS;
		else if (call->op == fat_callee_op && called_by(ctx, pc, fat2_from, fat2_bytes))
			op = OP_ACCESS2;
		else if (call->op == OP_ACCESS2 && called_by(ctx, pc, access_from, access_bytes))
			op = OP_ACCESS;
	} else if (call->op == OP_ACCESS2) {
		if ((call->key_function == KEY_FAST32 && called_by(ctx, pc, access_fast32_from, access_fast32_bytes)) ||
		    (call->key_function == KEY_FAST64 && called_by(ctx, pc, access_fast64_from, access_fast64_bytes)) ||
		    (call->key_function == KEY_FASTSTR && called_by(ctx, pc, access_faststr_from, access_faststr_bytes)))
			op = OP_ACCESS;
	}
	if (!op)
		return;
	call->op = op;
	call->caller_pc = caller_return_address(ctx);
}

/* What AX and BX are, by function:
 *   func mapaccess1(t *maptype, m *hmap, key …), mapassign, mapdelete, mapclear(t, m), mapiterinit(t, m, it),
 *   mapIterStart(t, m, it): type, map                        runtime/map*.go, internal/runtime/maps/runtime*.go
 *   func mapclone(m any) any (maps.clone): the same, as an interface is type and data, and a map's data is its pointer
 *   func mapiternext(it *hiter), mapIterNext(it *Iter): the iterator; reflect's mapIterStart and mapIterNext
 *     (reflect/map*.go, Go 1.24 … 1.27) have the same arguments
 * faststr: CX, DI = the key's bytes and length. At every site the return address is on top of the stack. */
inline_always int read_call(struct pt_regs *ctx, struct map_call *call)
{
	u64 type = ARG0(ctx), map = ARG1(ctx);
	struct iterated it = {};

	if (call->op == OP_NEXT) {
		bpf_probe_read_user(&it, sizeof(it), (void *)(type + ITERATOR_TYPE));
		type = it.type;
		map = it.map;
	}
	call->type = type;
	call->map = map;
	call->caller_pc = return_address(ctx);
	if (call->key_function == KEY_FASTSTR)
		call->length_class = length_class(ARG3(ctx));
	/* mapiterinit takes the first step itself */
	if (call->op == OP_NEXT && called_by(ctx, call->caller_pc, iterate_from, iterate_bytes))
		return 0;
	if (call->op == OP_ACCESS || call->op == OP_ACCESS2)
		unwrap_access(ctx, call);
	/* a nil map may be read, and nothing happens */
	return map != 0;
}

/* Two tables of counts: user space reads and empties the one that programs have left (count-reader.ts). A program says
 * which one it is in (`inside`) before it looks whether that is the one in use: whoever switches sees it, or is seen.
 * What finds no room, or meets the switch twice, is counted by operation only: a sum over all stays exact. */
inline_always u64 *find_count(u32 side, const struct map_count_key *key)
{
	return side ? bpf_map_lookup_elem(&map_counts_1, key) : bpf_map_lookup_elem(&map_counts_0, key);
}

inline_always void add_uncounted(const struct map_count_key *key)
{
	u32 op = key->lock ? 0 : key->op & 15;
	u64 *uncounted = bpf_map_lookup_elem(&map_uncounted, &op);

	if (uncounted)
		__sync_fetch_and_add(uncounted, 1);
}

inline_always void add_to_side(u32 side, const struct map_count_key *key)
{
	u64 *count = find_count(side, key);

	if (!count) {
		u64 one = 1;

		if (!(side ? bpf_map_update_elem(&map_counts_1, key, &one, BPF_NOEXIST)
			   : bpf_map_update_elem(&map_counts_0, key, &one, BPF_NOEXIST)))
			return;
		/* somebody else was first, or there is no room */
		count = find_count(side, key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		add_uncounted(key);
}

inline_always void add_to_counts(const struct map_count_key *key)
{
	u32 zero = 0, side;
	volatile u32 *active = bpf_map_lookup_elem(&map_side, &zero);
	struct map_inside *inside = bpf_map_lookup_elem(&map_inside, &zero);
	u64 *within;

	if (!active || !inside)
		return;
	side = *active & 1;
	within = side ? &inside->in_1 : &inside->in_0;
	__sync_fetch_and_add(within, 1);
	if ((*active & 1) == side)
		add_to_side(side, key);
	else
		add_uncounted(key);
	__sync_fetch_and_add(within, -1);
}

/* The first thing a goroutine does to a map after it got a lock it had waited for: that lock may well guard the map. */
inline_always void count_guard(struct hit *hit, struct map_count_key *key)
{
	struct map_guard *guard = bpf_map_lookup_elem(&map_guards, &hit->self);

	if (!guard)
		return;
	if (guard->epoch == epoch_of(GATE_LOCK) && time_of(hit) - guard->since_ns < GUARD_NANOS) {
		key->lock = guard->sema_address;
		key->lock_stack = guard->waiter_stack;
		add_to_counts(key);
	}
	bpf_map_delete_elem(&map_guards, &hit->self);
}

inline_always void count_call(struct hit *hit, const struct map_call *call)
{
	struct map_count_key key = {};

	key.map = call->map;
	key.type = call->type;
	key.caller_pc = call->caller_pc;
	key.rest = (u64)call->op << 32 | (u64)call->key_function << 40 | (u64)call->length_class << 48;
	add_to_counts(&key);
	if (lock_family_on)
		count_guard(hit, &key);
}

/* @param kind known when compiled */
inline_always struct map_event *begin_event(struct pt_regs *ctx, struct hit *hit, const struct map_call *call, u8 kind)
{
	u32 size = kind == MAP_CONFLICT ? sizeof(struct map_event) : MAP_EVENT_SHORT;
	struct map_event *event;
	s32 stack = take_stack(ctx);

	event = reserve(KIND_MAP_EVENT, size, time_of(hit));
	if (!event)
		return 0;
	__builtin_memset(&event->map, 0, MAP_EVENT_SHORT - offset_of(struct map_event, map));
	if (kind == MAP_CONFLICT)
		__builtin_memset(event->other_stack, 0, sizeof(event->other_stack));
	event->map = call->map;
	event->type = call->type;
	event->caller_pc = call->caller_pc;
	event->goid = read_running_goid(hit->self.g);
	event->count = 1;
	event->maps = 1;
	event->stack = stack;
	event->kind = kind;
	event->op = call->op;
	event->key_function = call->key_function;
	event->length_class = call->length_class;
	event->binding = write_trace(event->trace_id, hit);
	return event;
}

/* Another CPU may have opened its window after this hit took its time: then it is no age old. */
inline_always u64 window_age(struct hit *hit, const struct map_window *window)
{
	u64 now = time_of(hit);

	return now > window->since_ns ? now - window->since_ns : 0;
}

/* The flag is the runtime's own: set, another goroutine is inside its write right now (classic: a bit of hmap.flags;
 * Swiss: Map.writing). The window's owner is still in its call, so its trace is still its goroutine's. */
inline_always void emit_conflict(struct pt_regs *ctx, struct hit *hit, const struct map_call *call,
				 const struct map_window *window, u8 flag)
{
	struct map_event *event = begin_event(ctx, hit, call, MAP_CONFLICT);
	struct trace_context *context;
	struct goroutine_key other = {};

	if (!event)
		return;
	event->flag_seen = flag != 0;
	if (window) {
		other.g = window->g;
		event->other_goid = window->goid;
		event->other_op = window->op;
		event->other_caller_pc = window->caller_pc;
		event->window_ns = window_age(hit, window);
		__builtin_memcpy(event->other_stack, window->stack, sizeof(event->other_stack));
		context = find_other_context(&other);
		if (context)
			__builtin_memcpy(event->other_trace_id, context->trace_id, 16);
	}
	submit(event, KIND_MAP_EVENT);
}

/* runtime2.go: g begins with stack{lo, hi} */
struct go_stack {
	u64 low;
	u64 high;
};

/* A map on its goroutine's own stack did not escape: no other has it. And when that stack moves, another goroutine may
 * find a map of its own at the same address. */
inline_always int is_shared(const struct hit *hit, const struct map_call *call)
{
	struct go_stack stack = {};

	bpf_probe_read_user(&stack, sizeof(stack), (void *)hit->self.g);
	return call->map < stack.low || call->map >= stack.high;
}

inline_always void find_conflict(struct pt_regs *ctx, struct hit *hit, const struct map_call *call,
				 const struct map_window *window)
{
	u8 flag = 0;

	if (window && (window->g == hit->self.g || window->epoch != hit->epoch || window->map != call->map ||
		       window_age(hit, window) > WINDOW_NANOS))
		window = 0;
	bpf_probe_read_user(&flag, 1, (void *)(call->map + map_flag_offset));
	flag &= map_flag_mask;
	if ((window || flag) && is_shared(hit, call))
		emit_conflict(ctx, hit, call, window, flag);
}

/* Writes that have not returned: while there are none, which is mostly so, nobody looks for them or for the runtime's flag,
 * which costs as much as all the rest of a read. Counted up before the
 * window can be found, and down when its goroutine's entry has gone: never too few. */
inline_always u64 *writes_open(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&map_writes_open, &zero);
}

/* Ends this goroutine's window, if it has one. */
inline_always void close_window(const struct hit *hit, u64 *open)
{
	struct map_window *window;
	u64 *map, key;

	if (!*open)
		return;
	map = bpf_map_lookup_elem(&map_open, &hit->self);
	if (!map)
		return;
	key = *map;
	window = bpf_map_lookup_elem(&map_windows, &key);
	/* a second writer may have taken the map's place over */
	if (window && window->g == hit->self.g)
		bpf_map_delete_elem(&map_windows, &key);
	if (!bpf_map_delete_elem(&map_open, &hit->self))
		__sync_fetch_and_add(open, -1);
}

/* Of two writers that enter at the same moment one puts its window in, and the other finds that it cannot. */
inline_always void enter_write(struct pt_regs *ctx, struct hit *hit, const struct map_call *call, u64 *open)
{
	u64 key = call->map;
	struct map_window window = {};
	int taken;

	window.map = call->map;
	window.g = hit->self.g;
	window.since_ns = time_of(hit);
	window.caller_pc = call->caller_pc;
	window.epoch = hit->epoch;
	window.op = call->op;
	window.goid = read_goid(hit->self.g);
	bpf_get_stack(ctx, window.stack, sizeof(window.stack), BPF_F_USER_STACK);
	__sync_fetch_and_add(open, 1);
	taken = bpf_map_update_elem(&map_windows, &key, &window, BPF_NOEXIST) != 0;
	find_conflict(ctx, hit, call, taken ? bpf_map_lookup_elem(&map_windows, &key) : 0);
	if (bpf_map_update_elem(&map_open, &hit->self, &call->map, BPF_ANY)) {
		__sync_fetch_and_add(open, -1);
		COUNT(map_full);
	}
	if (taken && bpf_map_update_elem(&map_windows, &key, &window, BPF_ANY))
		COUNT(map_full);
}

/* A window that nobody would close looks like a conflict later. */
inline_always int ends_seen(u32 hook)
{
	return map_window_hooks >> ((hook - HOOK_MAP_ASSIGN_ANY) & 31) & 1;
}

inline_always void map_operation(struct pt_regs *ctx, struct hit *hit, u64 *open)
{
	struct map_call call = {};
	struct map_event *event;

	if (!name_operation(&call, hit->hook) || !read_call(ctx, &call))
		return;
	count_call(hit, &call);
	/* whatever it had open: it is here now */
	close_window(hit, open);
	if (call.is_write && ends_seen(hit->hook)) {
		if (is_shared(hit, &call))
			enter_write(ctx, hit, &call, open);
	} else if (*open || map_unseen_writes) {
		find_conflict(ctx, hit, &call, bpf_map_lookup_elem(&map_windows, &call.map));
	}
	if (!call.is_write || map_sample_every == 0 || bpf_get_prandom_u32() % map_sample_every != 0)
		return;
	event = begin_event(ctx, hit, &call, MAP_WRITE);
	if (!event)
		return;
	event->count = map_sample_every;
	submit(event, KIND_MAP_EVENT);
}

/* runtime/map.go, type hmap: count int, flags u8, B u8; 8 << B slots. */
struct classic_map {
	u64 count;
	u8 flags;
	u8 b;
	u8 pad[6];
};

/* func hashGrow(t *maptype, h *hmap)                                  runtime/map.go … map_noswiss.go, Go 1.19 … 1.25
 * AX = t, BX = h. Twice the size if it is too full (overLoadFactor: more than 6.5 of 8 slots on average, in Go 1.21 more
 * than 6), else as large as before, without its overflow buckets. */
inline_always void size_classic(struct map_event *event, u64 map)
{
	struct classic_map classic = {};
	u64 slots;

	bpf_probe_read_user(&classic, sizeof(classic), (void *)map);
	slots = 8ull << (classic.b & 31);
	event->entries = classic.count;
	event->old_slots = slots;
	event->new_slots = classic.count + 1 > 8 && classic.count + 1 > map_load_per_two * (slots / 16) ? 2 * slots : slots;
}

/* func (m *Map) growToTable(typ *abi.MapType) *table                  internal/runtime/maps/map.go, Go 1.24 … 1.27
 *   AX = m, BX = typ: one group of 8 slots becomes a table of 2 × 8
 * func (t *table) grow(typ *abi.MapType, m *Map, newCapacity uint16), split(typ, m)       …/table.go
 *   AX = t, BX = typ, CX = m, DI = newCapacity; split: into two tables as large as this one, capacity u16 at 2 */
inline_always void size_swiss(struct pt_regs *ctx, struct map_event *event, u32 hook, u64 map)
{
	u16 capacity = 8;
	u32 larger = 16;

	if (hook != HOOK_MAP_GROW_TO_TABLE) {
		bpf_probe_read_user(&capacity, sizeof(capacity), (void *)(ARG0(ctx) + 2));
		larger = hook == HOOK_MAP_SPLIT ? 2 * (u32)capacity : (u16)ARG3(ctx);
	}
	bpf_probe_read_user(&event->entries, 8, (void *)map);
	event->old_slots = capacity;
	event->new_slots = larger;
}

inline_always void map_growth(struct pt_regs *ctx, struct hit *hit)
{
	u64 first = ARG0(ctx), second = ARG1(ctx), third = ARG2(ctx);
	struct map_call call = {};
	struct map_event *event;

	call.op = OP_ASSIGN;
	switch (hit->hook) {
	case HOOK_MAP_HASH_GROW:
		call.type = first;
		call.map = second;
		break;
	case HOOK_MAP_GROW_TO_TABLE:
		call.map = first;
		call.type = second;
		break;
	default:
		call.type = second;
		call.map = third;
		break;
	}
	call.caller_pc = return_address(ctx);
	event = begin_event(ctx, hit, &call, MAP_GROWTH);
	if (!event)
		return;
	if (hit->hook == HOOK_MAP_HASH_GROW)
		size_classic(event, call.map);
	else
		size_swiss(ctx, event, hit->hook, call.map);
	submit(event, KIND_MAP_EVENT);
}

SEC("uprobe.multi/map")
int family_map(struct pt_regs *ctx)
{
	u64 *open = writes_open();
	struct hit hit;

	if (!begin_hit_without_time(ctx, &hit) || !open)
		return 0;
	/* func gopanic(e any)     runtime/panic.go: a write of a nil map or of a key that cannot be hashed never returns */
	if (hit.hook >= HOOK_MAP_RETURN_FIRST && hit.hook <= HOOK_MAP_RETURN_LAST)
		close_window(&hit, open);
	else if (hit.hook >= HOOK_MAP_HASH_GROW && hit.hook <= HOOK_MAP_SPLIT)
		map_growth(ctx, &hit);
	else
		map_operation(ctx, &hit, open);
	return 0;
}
