/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Looks up "Traceparent" in an http.Header of the target, a map[string][]string. The hash of a key is seeded by the
 * process, so the map is searched slot by slot: keys of the right length first, and only their text is read.
 *
 *   Swiss    Map ─ dirPtr ─► group                                    at most 8 entries
 *                  dirPtr ─► [ table* ] ─► table.groups ─► group …    one table has up to 128 groups
 *   classic  hmap ─ buckets ─► bucket …, each with a chain of overflow buckets; oldbuckets too while the map grows
 *
 *   group    [ ctrl u8 × 8   │ (key, elem) × 8 ]        in use: ctrl < 0x80
 *   bucket   [ tophash u8 × 8 │ key × 8 │ elem × 8 │ overflow ]   in use: tophash ≥ 5
 *
 * Layouts: libs/golang/src/offsets/map-layout.ts, whose numbers header-map.test.ts compares with the asserts below.
 */
#ifndef MAPSCOPE_HEADER_MAP_H
#define MAPSCOPE_HEADER_MAP_H

#include "common.h"

#define SLOTS 8
#define SLOTS_AT 8
#define NAME_BYTES 11
/* Groups or buckets looked at, of one request: 32, as 200 headers make them (7 of 8 slots in use, or 6.5), those of overflow
 * buckets (203 names make 6.0 of them, with a deviation of 1.5 from seed to seed), and one again for each other name that is
 * as long as ours. */
#define GROUPS_SEARCHED 144
#define MIN_TOPHASH 5
#define OVERFLOW_AT 328

/* A map, and the table that its directory points to: what is read of them lies at the same places. */
struct swiss_header {
	union {
		u64 used;  /* of a map */
		u64 table; /* what a directory begins with */
	};
	u64 seed;
	u64 dir_ptr; /* of a table: groups */
	u64 dir_len; /* of a table: lengthMask */
};
_Static_assert(offset_of(struct swiss_header, used) == 0, "");
_Static_assert(offset_of(struct swiss_header, dir_ptr) == 16, "");
_Static_assert(offset_of(struct swiss_header, dir_len) == 24, "");
#define SWISS_GROUP_BYTES 328

struct classic_header {
	u64 count;
	u8 flags, b, more[6];
	u64 buckets, oldbuckets;
};
_Static_assert(offset_of(struct classic_header, count) == 0, "");
_Static_assert(offset_of(struct classic_header, b) == 9, "");
_Static_assert(offset_of(struct classic_header, buckets) == 16, "");
_Static_assert(offset_of(struct classic_header, oldbuckets) == 24, "");
#define CLASSIC_BUCKET_BYTES 336
/* hmap.flags: the map grows to as many buckets as it has (runtime/map.go) */
#define SAME_SIZE_GROW 8

/* Slots are read in two halves: a BPF stack has 512 bytes. With the first one come the states of all eight. Keys lie side
 * by side (classic), or each with its elem behind it (Swiss): then the elems are here too. */
#define HALF 4

struct header_slots {
	u64 states; /* a byte for each slot */
	u8 half[HALF * 40];
};

inline_always long read_first_half(struct header_slots *slots, u64 group)
{
	return header_is_swiss ? bpf_probe_read_user(slots, sizeof(*slots), (void *)group)
			       : bpf_probe_read_user(slots, SLOTS_AT + HALF * 16, (void *)group);
}

inline_always long read_second_half(struct header_slots *slots, u64 group)
{
	void *from = (void *)(group + SLOTS_AT + HALF * header_key_stride);

	return header_is_swiss ? bpf_probe_read_user(slots->half, HALF * 40, from)
			       : bpf_probe_read_user(slots->half, HALF * 16, from);
}

/* Bit i: slot i of the group is in use. All eight at once: their bits 7, then together in one byte. */
inline_always u32 slots_in_use(u64 states)
{
	u64 used = header_is_swiss ? ~states : states | ((states & EACH(0x7f)) + EACH(0x80 - MIN_TOPHASH));

	return (used >> 7 & EACH(1)) * 0x0102040810204080ull >> 56;
}

/* Bit i: the name in slot i of this half is as long as ours. Without a branch: the verifier would follow every combination
 * of the slots. */
inline_always u32 slots_of_length(const u8 *half)
{
	u32 found = 0;

#pragma unroll
	for (int i = 0; i < HALF; i++) {
		u64 differs = ((struct go_string *)(half + i * header_key_stride))->length ^ NAME_BYTES;

		differs |= -differs;
		/* else clang sees that this is a comparison with zero, and branches */
		asm volatile("" : "+r"(differs));
		found |= (u32)(differs >> 63 ^ 1) << i;
	}
	return found;
}

inline_always int is_traceparent(u64 name)
{
	struct {
		u64 head;
		u32 tail;
	} text = {};

	if (bpf_probe_read_user(&text, NAME_BYTES, (void *)name))
		return 0;
	/* "tracepar", "ent". net/http has made the name canonical (net/textproto.CanonicalMIMEHeaderKey): with a capital T;
	 * gRPC has it in lower case. */
	return (text.head | 0x20) == 0x7261706563617274ull && text.tail == 0x00746e65;
}

/* An array of groups or buckets, a second one to go on with, and where the search is. */
struct header_search {
	u64 first, count;
	u64 old_first, old_count;
	u64 group, next; /* where it is, and the number of the group that follows */
};

/* 0: the map is not read: empty, or in many tables as only about 900 headers make it. */
inline_always int find_groups(struct header_search *search, u64 map)
{
	if (header_is_swiss) {
		struct swiss_header swiss = {};

		bpf_probe_read_user(&swiss, sizeof(swiss), (void *)map);
		if (swiss.used == 0)
			return 0;
		if (swiss.dir_len > 1) {
			COUNT(headers_unread);
			return 0;
		}
		/* a map of one group is like a table of one: dirPtr is the group, dirLen 0 */
		if (swiss.dir_len) {
			bpf_probe_read_user(&swiss.table, sizeof(swiss.table), (void *)swiss.dir_ptr);
			bpf_probe_read_user(&swiss, sizeof(swiss), (void *)swiss.table);
		}
		/* read again: where the verifier knows the number of groups it looks at both kinds by themselves */
		asm volatile("" : : : "memory");
		search->group = search->first = swiss.dir_ptr;
		search->count = swiss.dir_len + 1;
		return 1;
	}
	struct classic_header classic = {};

	bpf_probe_read_user(&classic, sizeof(classic), (void *)map);
	if (classic.count == 0)
		return 0;
	search->group = search->first = classic.buckets;
	search->count = 1ull << (classic.b & 15);
	search->old_first = classic.oldbuckets;
	search->old_count = classic.flags & SAME_SIZE_GROW ? search->count : search->count / 2;
	return 1;
}

/* To the next group. 0: there is none. */
inline_always int step(struct header_search *search)
{
	u64 overflow = 0;

	if (!header_is_swiss)
		bpf_probe_read_user(&overflow, sizeof(overflow), (void *)(search->group + OVERFLOW_AT));
	if (overflow) {
		search->group = overflow;
		return 1;
	}
	if (search->next >= search->count) {
		if (!search->old_first)
			return 0;
		search->first = search->old_first;
		search->count = search->old_count;
		search->old_first = 0;
		search->next = 0;
	}
	search->group = search->first + search->next * (header_is_swiss ? SWISS_GROUP_BYTES : CLASSIC_BUCKET_BYTES);
	search->next++;
	return 1;
}

/* A word of the one slot of this half whose bit is set. Not by an index: what an address on the stack depends on the verifier
 * must know exactly, so it would follow every combination. */
inline_always u64 pick(u64 bit, const u8 *half, u32 at)
{
	u64 picked = 0;

#pragma unroll
	for (int i = 0; i < HALF; i++) {
		u64 mask = -(bit >> i & 1);

		/* else clang makes a branch of it */
		asm volatile("" : "+r"(mask));
		picked |= *(u64 *)(half + at + i * header_key_stride) & mask;
	}
	return picked;
}

/* Of that slot, counted from the one that the half begins with, the first of the header's values, a []string; 0: there are
 * none. Swiss: they were read with the key. */
inline_always u64 first_value(const struct header_slots *slots, u64 group, u32 second, u64 bit)
{
	u64 slot = second + (bit >> 1) - (bit >> 3); /* 1 2 4 8 → 0 1 2 3 */
	struct go_string values = {};

	if (header_is_swiss) {
		values.data = pick(bit, slots->half, sizeof(struct go_string));
		values.length = pick(bit, slots->half, sizeof(struct go_string) + 8);
	} else {
		bpf_probe_read_user(&values, sizeof(values), (void *)(group + header_elems + slot * header_elem_stride));
	}
	return values.length ? values.data : 0;
}

/* Of the header's first value, as http.Header.Get gives it: the address of the string; 0: there is no such header. */
inline_always u64 find_traceparent(u64 map, struct header_slots *slots)
{
	struct header_search search = {.next = 1};
	u32 tried = 0, in_use, found, second;

	if (!find_groups(&search, map))
		return 0;
	for (int i = 0; i < GROUPS_SEARCHED; i++) {
		second = 0;
		if (read_first_half(slots, search.group))
			return 0;
		in_use = slots_in_use(slots->states) & ~tried;
		found = slots_of_length(slots->half) & in_use;
		if (!found && in_use >> HALF) {
			second = HALF;
			if (read_second_half(slots, search.group))
				return 0;
			found = slots_of_length(slots->half) & in_use >> HALF;
		}
		if (found) {
			found &= -found;
			if (is_traceparent(pick(found, slots->half, 0)))
				return first_value(slots, search.group, second, found);
			tried |= found << second;
			continue;
		}
		tried = 0;
		if (!step(&search))
			return 0;
	}
	COUNT(headers_unread);
	return 0;
}

#endif
