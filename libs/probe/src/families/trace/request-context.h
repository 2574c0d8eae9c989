/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The context of a goroutine that begins to serve a request. Shared by the families trace and http. */
#ifndef MAPSCOPE_REQUEST_CONTEXT_H
#define MAPSCOPE_REQUEST_CONTEXT_H

#include "header-map.h"
#include "traceparent.h"

/* The fields of http.Request up to here are read at once: method, URL, header (net/http/request.go). */
#define REQUEST_HEAD_BYTES 64

struct request_head {
	struct go_string method;
	u64 url;
	u64 header;
};

/* Room for what is read and done with, one after the other: a BPF stack has 512 bytes. */
union request_room {
	u64 head[REQUEST_HEAD_BYTES / 8];
	struct header_slots slots;
	u64 value[VALUE_WORDS];
	u64 line[9];
};

inline_always void read_request_head(struct request_head *head, u64 request, union request_room *room)
{
	u64 *words = room->head;

	__builtin_memset(words, 0, REQUEST_HEAD_BYTES);
	bpf_probe_read_user(words, REQUEST_HEAD_BYTES, (void *)request);
	head->method.data = words[request_method_offset / 8];
	head->method.length = words[request_method_offset / 8 + 1];
	head->url = words[request_url_offset / 8];
	head->header = words[request_header_offset / 8];
}

/* splitmix64's finalizer (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
inline_always u64 mix(u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

/* Ids of 128 bits from 64 random ones and the time: two are the same only if both are. Never zero in all bytes, which
 * W3C Trace Context calls invalid. */
inline_always void make_ids(struct trace_context *context, const struct hit *hit, int with_trace)
{
	u64 seed = (u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32();
	u64 ids[3] = {mix(seed ^ hit->now), mix(seed + hit->now * 0x9e3779b97f4a7c15ull) | 1, mix(seed) | 1};

	if (with_trace)
		__builtin_memcpy(context->trace_id, ids, 16);
	__builtin_memcpy(context->span_id, ids + 2, 8);
}

inline_always int read_traceparent(struct trace_context *context, u64 header, union request_room *room)
{
	void *value = (void *)room->value + VALUE_AT;
	struct go_string text = {};
	u64 at = header ? find_traceparent(header, &room->slots) : 0;

	if (!at)
		return 0;
	bpf_probe_read_user(&text, sizeof(text), (void *)at);
	if (text.length < TRACEPARENT_BYTES)
		return 0;
	/* two reads: the byte behind may be in another page, or nobody's */
	if (bpf_probe_read_user(value, TRACEPARENT_BYTES, (void *)text.data))
		return 0;
	if (text.length > TRACEPARENT_BYTES)
		bpf_probe_read_user(value + TRACEPARENT_BYTES, 1, (void *)(text.data + TRACEPARENT_BYTES));
	return parse_traceparent(context, room->value, text.length);
}

/* Written in place: only this goroutine reads or writes it now. */
inline_always void open_context(struct goroutine *self, const struct hit *hit, u64 header, union request_room *room)
{
	struct trace_context *context = &self->context;
	int brought = read_traceparent(context, header, room);

	if (!brought)
		__builtin_memset(context->parent_span_id, 0, sizeof(context->parent_span_id));
	make_ids(context, hit, !brought);
	context->epoch = hit->epoch;
	context->source = brought ? SOURCE_TRACEPARENT : SOURCE_GENERATED;
	context->binding = BINDING_EXACT;
	context->sdk_asked = 0;
	self->open_spans = 0;
}

inline_always void close_context(struct goroutine *self)
{
	self->context.epoch = NO_EPOCH;
	self->open_spans = 0;
}

#endif
