/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family syncmap: what is done to sync.Maps. An operation is as cheap as a probe, so it is only counted, by map, operation
 * and caller; a record of its own is written for what costs the program dearly.
 *
 *   sync.Map up to Go 1.23        read ─── hit, no lock
 *                                   └ miss: lock, look into dirty; after len(dirty) misses dirty becomes read: promotion
 *                                 the next new key copies all of read into a new dirty: copy
 *
 * Go 1.24 has a trie with a lock for each node instead: no misses, no copies, and it does not know how many entries it has.
 */
#include "common.h"

inline_always void count_operation(struct pt_regs *ctx, u64 map, u64 caller_pc, u32 op)
{
	struct syncmap_key key = {map, caller_pc, op};
	struct syncmap_count *found = bpf_map_lookup_elem(&syncmap_counts, &key);
	u64 *uncounted;

	if (!found) {
		struct syncmap_count fresh = {0, take_stack(ctx), 0};

		/* Fails too where another CPU was first, and then there is one. */
		bpf_map_update_elem(&syncmap_counts, &key, &fresh, BPF_NOEXIST);
		found = bpf_map_lookup_elem(&syncmap_counts, &key);
	}
	if (found) {
		__sync_fetch_and_add(&found->count, 1);
		return;
	}
	uncounted = bpf_map_lookup_elem(&syncmap_uncounted, &op);
	if (uncounted)
		__sync_fetch_and_add(uncounted, 1);
}

inline_always u64 read_word(u64 address)
{
	u64 word = 0;

	if (address)
		bpf_probe_read_user(&word, sizeof(word), (void *)address);
	return word;
}

/* len of a built-in map: its first word, in both of Go's implementations (runtime.hmap, internal/runtime/maps.Map). */
inline_always u64 entries_of(u64 map)
{
	return read_word(map);
}

/* type readOnly struct { m map[any]*entry; amended bool }            sync/map.go, Go 1.19 … 1.23 */
inline_always u64 read_entries(u64 map)
{
	return entries_of(read_word(read_word(map + syncmap_read_offset)));
}

inline_always u64 dirty_entries(u64 map)
{
	return entries_of(read_word(map + syncmap_dirty_offset));
}

/* What a Range goes through: dirty, which it promotes first, where there are keys that read lacks; else read. */
inline_always u64 ranged_entries(u64 map)
{
	u8 amended = 0;
	u64 read = read_word(map + syncmap_read_offset);

	if (read)
		bpf_probe_read_user(&amended, sizeof(amended), (void *)(read + 8));
	return amended ? dirty_entries(map) : read_entries(map);
}

inline_always void emit_syncmap(const struct hit *hit, u64 ts, const struct syncmap_event *filled)
{
	struct syncmap_event *record = reserve(KIND_SYNCMAP_EVENT, sizeof(*record), ts);

	if (!record)
		return;
	__builtin_memcpy(&record->duration_ns, &filled->duration_ns,
			 sizeof(*record) - offset_of(struct syncmap_event, duration_ns));
	record->count = 1;
	record->goid = read_running_goid(hit->self.g);
	record->binding = write_trace(record->trace_id, hit);
	submit(record, KIND_SYNCMAP_EVENT);
}

/* func (m *Map) Range(f func(key, value any) bool)                    sync/map.go, Go 1.19 … 1.23
 * func (ht *HashTrieMap[K, V]) Range(yield func(K, V) bool)           internal/sync/hashtriemap.go, Go 1.24 … 1.27
 * AX = m. f may range over the same map again, so ranges are told apart by call. */
inline_always void range_begin(struct pt_regs *ctx, struct hit *hit, u64 caller_pc)
{
	struct call_key key = call_of(ctx, hit);
	struct open_range open = {time_of(hit), ARG0(ctx), 0, caller_pc, take_stack(ctx), hit->epoch};

	if (syncmap_read_offset)
		open.entries = ranged_entries(open.map);
	if (bpf_map_update_elem(&syncmap_ranges, &key, &open, BPF_ANY))
		COUNT(map_full);
}

/* At RET, 9 µs under virtualisation: f may be anything, and nothing is called behind the loop. */
inline_always void range_end(struct pt_regs *ctx, struct hit *hit)
{
	struct call_key key = call_of(ctx, hit);
	struct open_range *open = bpf_map_lookup_elem(&syncmap_ranges, &key);
	struct syncmap_event event = {};

	if (!open)
		return;
	if (open->epoch == hit->epoch) {
		event.event = SYNCMAP_RANGE;
		event.op = HOOK_SYNCMAP_RANGE - HOOK_SYNCMAP_FIRST + 1;
		event.duration_ns = time_of(hit) - open->start_ns;
		event.map_address = open->map;
		event.entries = open->entries;
		event.caller_pc = open->caller_pc;
		event.stack = open->stack;
		emit_syncmap(hit, open->start_ns, &event);
	}
	bpf_map_delete_elem(&syncmap_ranges, &key);
}

/* func (m *Map) missLocked()                                          sync/map.go, Go 1.19 … 1.23
 * func (m *Map) dirtyLocked()
 * AX = m, whose lock is held. missLocked counts the miss first, and promotes where it was one too many. */
inline_always void told_apart(struct pt_regs *ctx, struct hit *hit, u64 caller_pc)
{
	struct syncmap_event event = {};

	event.map_address = ARG0(ctx);
	event.op = hit->hook - HOOK_SYNCMAP_FIRST + 1;
	if (hit->hook == HOOK_SYNCMAP_MISS) {
		event.event = SYNCMAP_PROMOTION;
		event.entries = dirty_entries(event.map_address);
		if (read_word(event.map_address + syncmap_misses_offset) + 1 < event.entries)
			return;
	} else {
		event.event = SYNCMAP_COPY;
		event.entries = read_entries(event.map_address);
	}
	event.caller_pc = caller_pc;
	event.stack = take_stack(ctx);
	emit_syncmap(hit, time_of(hit), &event);
}

SEC("uprobe.multi/syncmap")
int family_syncmap(struct pt_regs *ctx)
{
	struct hit hit;
	u64 caller_pc;

	if (!begin_hit_without_time(ctx, &hit))
		return 0;
	if (hit.hook == HOOK_SYNCMAP_RANGE_RETURN) {
		range_end(ctx, &hit);
		return 0;
	}
	if (hit.hook < HOOK_SYNCMAP_FIRST || hit.hook > HOOK_SYNCMAP_LAST)
		return 0;
	/* Nothing is pushed yet: the return address is on top. */
	caller_pc = return_address(ctx);
	count_operation(ctx, ARG0(ctx), caller_pc, hit.hook - HOOK_SYNCMAP_FIRST + 1);
	if (hit.hook == HOOK_SYNCMAP_RANGE)
		range_begin(ctx, &hit, caller_pc);
	else if (hit.hook == HOOK_SYNCMAP_MISS || hit.hook == HOOK_SYNCMAP_COPY)
		told_apart(ctx, &hit, caller_pc);
	return 0;
}
