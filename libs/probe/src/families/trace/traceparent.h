/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The value of a traceparent header → a trace context (W3C Trace Context, "traceparent Header"). */
#ifndef MAPSCOPE_TRACEPARENT_H
#define MAPSCOPE_TRACEPARENT_H

#include "common.h"

#define TRACEPARENT_BYTES 55
/* Eight hexadecimal digits → four bytes. All eight at once, without a branch: which digits come is anybody's guess, and a
 * processor that guesses wrong 48 times takes longer than all the rest of a hit.
 *
 *    '0' … '9' = 0x30 … 0x39     value = low half                        letter = bit 6
 *    'a' … 'f' = 0x61 … 0x66     value = low half + 9, which is 1 … 6
 *
 * Lower case only, as W3C Trace Context says of traceparent's values. OpenTelemetry's propagators refuse upper case too: a
 * service that has one would make an id of its own, and ours must not claim another.
 * *bad is not 0 if one of the eight is no digit. */
inline_always u32 read_digits(u64 text, u64 *bad)
{
	u64 low = text & EACH(0x0f), letter = text >> 6 & EACH(1), high;

	/* the half that says which kind: 3, or 6 where bit 6 is set; nothing carries, as no byte gets beyond 0x60 */
	high = EACH(0x30) + letter * 0x30;
	*bad |= (text & EACH(0xf0)) ^ high;
	/* bit 4 of a sum: a digit's half is above 9; a letter's, above 6 or, less one, below 0 */
	*bad |= (low + EACH(6) + letter * 3) & EACH(0x10);
	*bad |= ~(low + letter * 0x0f) & letter << 4;
	low += letter * 9;
	/* two halves a byte, the first one high, and the bytes together */
	low = (low << 4 | low >> 8) & 0x00ff00ff00ff00ffull;
	low = (low | low >> 8) & 0x0000ffff0000ffffull;
	return low | low >> 16;
}

/* The value lies in eight words so that most of it is aligned, as a BPF program must read its stack:
 *
 *    word   0             1           4   5              6            7
 *    byte        5    7   8               40   41                     57   58   60
 *           ……   v v  -   32 digits of trace   -    16 of parent id   -    f f  the byte behind, if there is one
 */
#define VALUE_AT 5
#define VALUE_WORDS 8

/* Version (2 hex), trace id, parent id, flags (2 hex): W3C Trace Context, "Versioning": ff is invalid; 00 has nothing more;
 * a later version is read the same way if it ends there or goes on with a dash. The sampled flag is not asked: every
 * request is recorded. */
inline_always int parse_traceparent(struct trace_context *context, const u64 *word, u64 length)
{
	u64 bad = (word[0] >> 56 ^ '-') | ((word[5] & 0xff) ^ '-') | ((word[7] >> 8 & 0xff) ^ '-');
	u64 others = (word[0] >> 40 & 0xffff) | (word[7] & 0xffff0000) | (EACH('0') & ~0xffffffffull);
	u8 version = read_digits(others, &bad);
	u32 *trace = (u32 *)context->trace_id, *parent = (u32 *)context->parent_span_id;

	trace[0] = read_digits(word[1], &bad);
	trace[1] = read_digits(word[2], &bad);
	trace[2] = read_digits(word[3], &bad);
	trace[3] = read_digits(word[4], &bad);
	parent[0] = read_digits(word[5] >> 8 | word[6] << 56, &bad);
	parent[1] = read_digits(word[6] >> 8 | word[7] << 56, &bad);
	if (bad || version == 0xff || !(trace[0] | trace[1] | trace[2] | trace[3]) || !(parent[0] | parent[1]))
		return 0;
	return length == TRACEPARENT_BYTES || (version != 0 && (word[7] >> 32 & 0xff) == '-');
}

#endif
