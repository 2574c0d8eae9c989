/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A trace id in a goroutine's pprof labels (runtime/pprof.Do, SetGoroutineLabels): read only when an event is written for a
 * goroutine that has no other context, so setting labels costs nothing. The runtime itself hands them down to the goroutines
 * that one starts.
 *
 *   Go ≥ 1.24   g.labels ─► [ array, length, … ]      array: [ key string │ value string ] …
 *   Go ≤ 1.23   g.labels ─► hmap ─► bucket            [ tophash u8 × 8 │ key × 8 │ value × 8 │ overflow ]
 *
 * (src/runtime/pprof/label.go, labelMap.) The first eight labels are looked at; a map of more lies in several buckets and is
 * not read. A value is a trace id, 32 hex digits, or a traceparent; in lower case, as in a header.
 */
#ifndef MAPSCOPE_PPROF_LABELS_H
#define MAPSCOPE_PPROF_LABELS_H

#include "common.h"
#include "traceparent.h"

#define LABELS_READ 8
#define LABEL_KEYS 4
#define LABEL_KEY_BYTES 16
#define TRACE_ID_DIGITS 32
#define TRACE_ID_AT 3

/* Set by the loader: families/trace/label-keys.ts. length 0: no key. */
struct label_key {
	u64 length;
	u64 text[LABEL_KEY_BYTES / 8];
};
const volatile struct label_key label_keys[LABEL_KEYS] = {};

/* runtime/map.go, hmap: count 0, B 9, buckets 16 */
#define MAP_B_AT 9
#define MAP_BUCKETS_AT 16
#define MIN_TOPHASH_IN_USE 5
#define LABEL_KEYS_AT 8
#define LABEL_VALUES_AT (LABEL_KEYS_AT + LABELS_READ * 16)

inline_always int find_label_slice(struct labels *labels, u64 at)
{
	if (bpf_probe_read_user(&labels->text, 16, (void *)at))
		return 0;
	labels->keys = labels->text;
	labels->values = labels->text + sizeof(struct go_string);
	labels->stride = 2 * sizeof(struct go_string);
	labels->count = labels->length;
	return 1;
}

inline_always int find_label_map(struct labels *labels, u64 at)
{
	u64 map = 0, bucket = 0;
	u8 b = 0;

	bpf_probe_read_user(&map, sizeof(map), (void *)at);
	if (!map || bpf_probe_read_user(&b, 1, (void *)(map + MAP_B_AT)) || b != 0 ||
	    bpf_probe_read_user(&bucket, sizeof(bucket), (void *)(map + MAP_BUCKETS_AT)) || !bucket)
		return 0;
	labels->keys = bucket + LABEL_KEYS_AT;
	labels->values = bucket + LABEL_VALUES_AT;
	labels->stride = sizeof(struct go_string);
	labels->count = LABELS_READ;
	return bpf_probe_read_user(&labels->in_use, LABELS_READ, (void *)bucket) == 0;
}

/* 1 or 0, without a branch: the verifier would follow every combination of keys, and of digits below. */
inline_always u64 is_zero(u64 value)
{
	asm volatile("" : "+r"(value));
	return ((value | -value) >> 63) ^ 1;
}

inline_always u64 is_below(u32 value, u32 limit)
{
	u64 difference = (u64)value - limit;

	asm volatile("" : "+r"(difference));
	return difference >> 63;
}

inline_always u64 is_label_key(struct labels *labels, u64 at)
{
	u64 found = 0;
	u32 length;

	if (bpf_probe_read_user(&labels->text, 16, (void *)at) || labels->length == 0 || labels->length > LABEL_KEY_BYTES)
		return 0;
	labels->key[0] = labels->key[1] = 0;
	length = labels->length;
	/* as in read_text: the verifier must see the bound */
	asm volatile("" : "+r"(length));
	length &= 31;
	if (length > LABEL_KEY_BYTES || bpf_probe_read_user(labels->key, length, (void *)labels->text))
		return 0;
	for (int k = 0; k < LABEL_KEYS; k++)
		found |= is_zero((label_keys[k].length ^ length) | (label_keys[k].text[0] ^ labels->key[0]) |
				 (label_keys[k].text[1] ^ labels->key[1]));
	return found;
}

/* Of the first label with one of the names: the address of its value; 0: there is none. */
inline_always u64 find_label(struct labels *labels)
{
	u64 in_use = labels->in_use;

#pragma clang loop unroll(disable)
	for (u32 i = 0; i < LABELS_READ; i++) {
		if (i >= labels->count)
			return 0;
		if (!(labels_are_map && is_below(in_use >> (8 * i) & 0xff, MIN_TOPHASH_IN_USE)) &&
		    is_label_key(labels, labels->keys + i * labels->stride))
			return labels->values + i * labels->stride;
	}
	return 0;
}

#define IDS_BYTES 24
#define SPAN_ID_AT 36

/* Trace id and span id from their digits, 3 … 35 and 36 … 52; above 15: one is no digit. A loop, as this is part of every
 * program. */
inline_always u64 read_label_digits(struct labels *labels)
{
	u64 bad = 0;

#pragma clang loop unroll(disable)
	for (u32 i = 0; i < 2 * IDS_BYTES; i++) {
		/* one dash lies between the two */
		u32 c = labels->value[(TRACE_ID_AT + i + i / TRACE_ID_DIGITS) & 63];
		u64 decimal = is_below(c - '0', 10), letter = is_below(c - 'a', 6);
		u8 digit = decimal * (c - '0') + letter * (c - 'a' + 10);

		bad |= (decimal | letter) ^ 1;
		labels->ids[(i / 2) & 31] = labels->ids[(i / 2) & 31] << 4 | digit;
	}
	return bad;
}

inline_always int is_traceparent_value(const struct labels *labels)
{
	const u8 *value = labels->value;

	return value[2] == '-' && value[35] == '-' && value[52] == '-' && !(value[0] == 'f' && value[1] == 'f');
}

/* A bare trace id is read to where it stands in a traceparent, and a span id of zeros behind it. */
inline_always int read_label_value(struct labels *labels, u64 at)
{
	u64 *ids = (u64 *)labels->ids;

	bpf_probe_read_user(&labels->text, 16, (void *)at);
	if (labels->length == TRACE_ID_DIGITS) {
		__builtin_memset(labels->value + SPAN_ID_AT, '0', 16);
		if (bpf_probe_read_user(labels->value + TRACE_ID_AT, TRACE_ID_DIGITS, (void *)labels->text))
			return 0;
	} else if (labels->length != TRACEPARENT_BYTES ||
		   bpf_probe_read_user(labels->value, TRACEPARENT_BYTES, (void *)labels->text) ||
		   !is_traceparent_value(labels))
		return 0;
	return read_label_digits(labels) == 0 && (ids[0] | ids[1]) != 0;
}

inline_always struct trace_context *label_context(struct goroutine *self, u64 g, u32 epoch)
{
	struct goroutine_spans *storage;
	struct labels *labels;
	u64 at = 0;

	if (bpf_probe_read_user(&at, sizeof(at), (void *)(g + labels_offset)) || !at)
		return 0;
	storage = have_spans(self, g, epoch);
	if (!storage)
		return 0;
	labels = &storage->scratch.labels;
	if (!(labels_are_map ? find_label_map(labels, at) : find_label_slice(labels, at)))
		return 0;
	at = find_label(labels);
	if (!at || !read_label_value(labels, at))
		return 0;
	/* the span id in a traceparent is that of whoever wrote it: the goroutine itself */
	__builtin_memcpy(storage->current.trace_id, labels->ids, IDS_BYTES);
	storage->current.binding = BINDING_LABELS;
	return &storage->current;
}

#endif
