/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The flight recorder's memory. Compared with layout.ts by a test, as bpf/records.h is with the other families'. */
#ifndef MAPSCOPE_FLIGHT_H
#define MAPSCOPE_FLIGHT_H

#include "common.h"

/* No ring record (it is mapped, not submitted), so it has no head. A cache line. */
struct flight_entry {
	u64 sequence; /* its number on its CPU, from 1; 0 while it is being written */
	u64 ts;
	u64 g;
	u64 goid;      /* at a goroutine's birth, until Go 1.23, that of the g's last one: it is set just afterwards */
	u64 caller_pc; /* where there is a stack: [rsp] at the site */
	s32 stack;     /* of a goroutine that is about to park, or died; negative: none */
	u32 tid;
	u8 hook;
	u8 reason; /* runtime.waitReason, whose numbers differ by Go version */
	u8 old_state;
	u8 new_state;
	u8 pad[12];
};
_Static_assert(offset_of(struct flight_entry, sequence) == 0, "");
_Static_assert(offset_of(struct flight_entry, ts) == 8, "");
_Static_assert(offset_of(struct flight_entry, g) == 16, "");
_Static_assert(offset_of(struct flight_entry, goid) == 24, "");
_Static_assert(offset_of(struct flight_entry, caller_pc) == 32, "");
_Static_assert(offset_of(struct flight_entry, stack) == 40, "");
_Static_assert(offset_of(struct flight_entry, tid) == 44, "");
_Static_assert(offset_of(struct flight_entry, hook) == 48, "");
_Static_assert(offset_of(struct flight_entry, reason) == 49, "");
_Static_assert(offset_of(struct flight_entry, old_state) == 50, "");
_Static_assert(offset_of(struct flight_entry, new_state) == 51, "");
_Static_assert(sizeof(struct flight_entry) == 64, "");

/* One CPU's ring: entries claimed so far. A cache line each. */
struct flight_head {
	u64 written;
	u64 pad[7];
};
_Static_assert(offset_of(struct flight_head, written) == 0, "");
_Static_assert(sizeof(struct flight_head) == 64, "");

/* Who crashed, and when: ts = 0 until then. From then on nothing more is written. */
struct flight_crash {
	u64 ts;
	u64 g;
	u64 goid;
	u32 hook;
	u8 text_length; /* of a fatal error or throw; true length, at most 255 */
	u8 pad[3];
	u8 text[64];
};
_Static_assert(offset_of(struct flight_crash, ts) == 0, "");
_Static_assert(offset_of(struct flight_crash, g) == 8, "");
_Static_assert(offset_of(struct flight_crash, goid) == 16, "");
_Static_assert(offset_of(struct flight_crash, hook) == 24, "");
_Static_assert(offset_of(struct flight_crash, text_length) == 28, "");
_Static_assert(offset_of(struct flight_crash, text) == 32, "");
_Static_assert(sizeof(struct flight_crash) == 96, "");

/* Mapped and read by user space. The loader sets max_entries: CPUs, and CPUs × flight_slots. */
MAP(flight_heads) = {BPF_MAP_TYPE_ARRAY, 4, sizeof(struct flight_head), 1, BPF_F_MMAPABLE};
MAP(flight) = {BPF_MAP_TYPE_ARRAY, 4, sizeof(struct flight_entry), 1024, BPF_F_MMAPABLE};
MAP(flight_crash) = {BPF_MAP_TYPE_ARRAY, 4, sizeof(struct flight_crash), 1, 0};

/* What context.ts reads of the map `goroutines`. */
_Static_assert(offset_of(struct goroutine, context.trace_id) == 0, "");
_Static_assert(offset_of(struct goroutine, context.span_id) == 16, "");
_Static_assert(offset_of(struct goroutine, context.epoch) == 32, "");
_Static_assert(offset_of(struct goroutine, context.binding) == 37, "");
_Static_assert(offset_of(struct goroutine, started_ns) == 40, "");
_Static_assert(offset_of(struct goroutine, request_epoch) == 64, "");
_Static_assert(sizeof(struct goroutine) == 144, "");

#endif
