/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The value of a traceparent header → a trace context (W3C Trace Context, "traceparent Header"). */
#ifndef MAPSCOPE_TRACEPARENT_H
#define MAPSCOPE_TRACEPARENT_H

#include "common.h"

#define TRACEPARENT_BYTES 55

inline_always int hex_digit(u8 c)
{
	/* Lower case only, as W3C Trace Context says of traceparent's values. OpenTelemetry's propagators refuse upper
	 * case too: a service that has one would make an id of its own, and ours must not claim another. */
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `count` bytes from 2 × count digits; negative if one is no digit, 0 if all bytes are zero. */
inline_always int read_hex(u8 *to, const u8 *from, int count)
{
	int bad = 0, any = 0;

#pragma unroll
	for (int i = 0; i < count; i++) {
		int high = hex_digit(from[2 * i]), low = hex_digit(from[2 * i + 1]);

		bad |= high | low;
		to[i] = high << 4 | low;
		any |= to[i];
	}
	return bad < 0 ? -1 : any;
}

/* value: <2 hex version>-<32 hex trace id>-<16 hex parent id>-<2 hex flags>, 55 bytes, and the one behind them, if any.
 * Versioning: ff is invalid; 00 has nothing more; a later version is read the same way if it ends there or goes on with a
 * dash. The sampled flag is not asked: every request is recorded. */
inline_always int parse_traceparent(struct trace_context *context, const u8 *value, u64 length)
{
	u8 version, flags;

	if (value[2] != '-' || value[35] != '-' || value[52] != '-')
		return 0;
	if (read_hex(&version, value, 1) < 0 || version == 0xff || read_hex(&flags, value + 53, 1) < 0)
		return 0;
	if (length > TRACEPARENT_BYTES && (version == 0 || value[TRACEPARENT_BYTES] != '-'))
		return 0;
	return read_hex(context->trace_id, value + 3, 16) > 0 && read_hex(context->parent_span_id, value + 36, 8) > 0;
}

#endif
