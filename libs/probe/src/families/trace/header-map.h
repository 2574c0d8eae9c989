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
/* Groups or buckets looked at, of one request: 32, as 200 headers make them (7 of 8 slots in use, or 6.5), and some
 * overflow buckets. */
#define GROUPS_SEARCHED 40
#define MIN_TOPHASH 5
#define OVERFLOW_AT 328

struct swiss_header {
	u64 used, seed, dir_ptr, dir_len;
};
_Static_assert(offset_of(struct swiss_header, used) == 0, "");
_Static_assert(offset_of(struct swiss_header, dir_ptr) == 16, "");
_Static_assert(offset_of(struct swiss_header, dir_len) == 24, "");

struct swiss_header_table {
	u64 sizes, index, groups, length_mask;
};
_Static_assert(offset_of(struct swiss_header_table, groups) == 16, "");
_Static_assert(offset_of(struct swiss_header_table, length_mask) == 24, "");
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

/* Slots are read in two halves: a BPF stack has 512 bytes. */
#define HALF 4

inline_always int is_traceparent(u64 name)
{
	struct {
		u64 head;
		u32 tail;
	} text = {};

	if (bpf_probe_read_user(&text, NAME_BYTES, (void *)name))
		return 0;
	/* "Tracepar", "ent": net/http has made the name canonical (net/textproto.CanonicalMIMEHeaderKey) */
	return text.head == 0x7261706563617254ull && text.tail == 0x00746e65;
}

/* The address of the value, a []string, if it is in one of the four slots; 0: not here. */
inline_always u64 search_half(u64 group, const u8 *states, int first)
{
	u64 keys = group + SLOTS_AT + first * header_key_stride;
	u8 slots[HALF * 40];
	u32 candidates = 0;

	if (header_is_swiss ? bpf_probe_read_user(slots, HALF * 40, (void *)keys) : bpf_probe_read_user(slots, HALF * 16, (void *)keys))
		return 0;
#pragma unroll
	for (int i = 0; i < HALF; i++) {
		struct go_string *key = (void *)(slots + i * header_key_stride);

		/* without a branch: the verifier would follow every combination of the slots */
		u64 differs = key->length ^ NAME_BYTES;
		u64 unused = header_is_swiss ? states[i] >> 7 : (u64)((long long)states[i] - MIN_TOPHASH) >> 63;

		asm volatile("" : "+r"(differs));
		differs = (differs | -differs) >> 63;
		candidates |= ((differs | unused) ^ 1) << i;
	}
#pragma unroll
	for (int i = 0; i < HALF; i++) {
		struct go_string *key = (void *)(slots + i * header_key_stride);

		if ((candidates & (1u << i)) && is_traceparent(key->data))
			return group + header_elems + (first + i) * header_elem_stride;
	}
	return 0;
}

inline_always u64 search_group(u64 group)
{
	u8 states[SLOTS] = {};
	u64 found;

	bpf_probe_read_user(states, sizeof(states), (void *)group);
	found = search_half(group, states, 0);
	return found ? found : search_half(group, states + HALF, HALF);
}

/* An array of groups or buckets, and a second one to go on with. */
struct header_groups {
	u64 first, count;
	u64 old_first, old_count;
};

/* 0: the map is not read: empty, or in many tables as only about 900 headers make it. */
inline_always int find_groups(struct header_groups *groups, u64 map)
{
	if (header_is_swiss) {
		struct swiss_header_table table = {};
		struct swiss_header swiss = {};

		bpf_probe_read_user(&swiss, sizeof(swiss), (void *)map);
		if (swiss.used == 0)
			return 0;
		groups->first = swiss.dir_ptr;
		groups->count = 1;
		if (swiss.dir_len == 0)
			return 1;
		bpf_probe_read_user(&table.sizes, 8, (void *)swiss.dir_ptr);
		bpf_probe_read_user(&table, sizeof(table), (void *)table.sizes);
		groups->first = table.groups;
		groups->count = table.length_mask + 1;
		if (swiss.dir_len > 1)
			COUNT(headers_unread);
		return swiss.dir_len == 1;
	}
	struct classic_header classic = {};

	bpf_probe_read_user(&classic, sizeof(classic), (void *)map);
	if (classic.count == 0)
		return 0;
	groups->first = classic.buckets;
	groups->count = 1ull << (classic.b & 15);
	groups->old_first = classic.oldbuckets;
	groups->old_count = classic.flags & SAME_SIZE_GROW ? groups->count : groups->count / 2;
	return 1;
}

/* Of the header's first value, as http.Header.Get gives it: the address of the string; 0: there is no such header. */
inline_always u64 find_traceparent(u64 map)
{
	struct header_groups groups = {};
	u64 at, found, overflow, next = 1;

	if (!find_groups(&groups, map))
		return 0;
	at = groups.first;
	for (int i = 0; i < GROUPS_SEARCHED; i++) {
		found = search_group(at);
		if (found) {
			struct go_string slice = {}; /* the slice's array and its length */

			bpf_probe_read_user(&slice, sizeof(slice), (void *)found);
			return slice.length ? slice.data : 0;
		}
		overflow = 0;
		if (!header_is_swiss)
			bpf_probe_read_user(&overflow, sizeof(overflow), (void *)(at + OVERFLOW_AT));
		if (overflow) {
			at = overflow;
			continue;
		}
		if (next >= groups.count) {
			if (!groups.old_first)
				return 0;
			groups.first = groups.old_first;
			groups.count = groups.old_count;
			groups.old_first = 0;
			next = 0;
		}
		at = groups.first + next * (header_is_swiss ? SWISS_GROUP_BYTES : CLASSIC_BUCKET_BYTES);
		next++;
	}
	COUNT(headers_unread);
	return 0;
}

#endif
