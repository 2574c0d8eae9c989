/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family gc: what the garbage collector takes from the program.
 *
 *   world     ──stop────start──────────────────────────stop──────start──     two stops a cycle; others in between
 *   cycle     gcBgMarkStartWorkers ───── marking ───── gcMarkTermination ┘   one record, when the world starts again
 *   goroutine            gcAssistAlloc1 ───── RET of gcAssistAlloc           one record for each assist that marked
 *
 * gcStart may return without a cycle; gcBgMarkStartWorkers is what it calls once it is sure of one. A stop ends at the
 * entry of startTheWorldWithSema: waking the threads comes on top.
 */
#include "common.h"

/* What it says of the trace is the caller's to write. */
inline_always struct gc_event *begin_gc(const struct hit *hit, u8 event, u64 start_ns, u64 goid, u32 cycle)
{
	struct gc_event *record = reserve(KIND_GC_EVENT, sizeof(*record), start_ns);

	if (!record)
		return 0;
	record->duration_ns = hit->now - start_ns;
	record->goid = goid;
	record->cycle = cycle;
	record->event = event;
	record->reason = 0;
	record->pad = 0;
	return record;
}

/* A cycle or a stop: of the whole process, and of no trace. */
inline_always void submit_untraced(struct gc_event *record, u8 reason)
{
	if (!record)
		return;
	__builtin_memset(record->trace_id, 0, sizeof(record->trace_id) + sizeof(record->span_id));
	record->binding = BINDING_NONE;
	record->reason = reason;
	submit(record, KIND_GC_EVENT);
}

/* What was under way before a pause is forgotten; the numbers of cycles go on. */
inline_always struct gc_world *gc_world_of(const struct hit *hit)
{
	u32 zero = 0, cycle;
	struct gc_world *world = bpf_map_lookup_elem(&gc_world, &zero);

	if (world && world->epoch != hit->epoch) {
		cycle = world->cycle;
		__builtin_memset(world, 0, sizeof(*world));
		world->cycle = cycle;
		world->epoch = hit->epoch;
	}
	return world;
}

/* func gcBgMarkStartWorkers()                                         runtime/mgc.go, Go 1.19 … 1.27
 * Called by gcStart alone, under worldsema, right before it stops the world for sweep termination. */
inline_always void gc_start(const struct hit *hit, struct gc_world *world)
{
	world->cycle++;
	world->cycle_ns = hit->now;
	world->cycle_goid = read_running_goid(hit->self.g);
	world->next_reason = 2; /* stwGCSweepTerm */
	world->ends_cycle = 0;
}

/* func stopTheWorldWithSema([reason stwReason ≥ 1.21]) [worldStop ≥ 1.22]     runtime/proc.go, Go 1.19 … 1.27
 * AX = reason; on the system stack. */
inline_always void gc_stop_world(struct pt_regs *ctx, const struct hit *hit, struct gc_world *world)
{
	world->stopped_ns = hit->now;
	world->stop_goid = read_goid(user_g(hit->self.g));
	world->reason = stop_has_reason ? ARG0(ctx) : world->next_reason;
	world->next_reason = 0;
}

/* func startTheWorldWithSema(…) int64                                 runtime/proc.go, Go 1.19 … 1.27 */
inline_always void gc_start_world(const struct hit *hit, struct gc_world *world)
{
	u32 cycle = world->cycle_ns ? world->cycle : 0;

	if (world->stopped_ns)
		submit_untraced(begin_gc(hit, GC_STOP_THE_WORLD, world->stopped_ns, world->stop_goid, cycle),
				world->reason);
	world->stopped_ns = 0;
	if (world->ends_cycle && world->cycle_ns) {
		submit_untraced(begin_gc(hit, GC_CYCLE, world->cycle_ns, world->cycle_goid, cycle), 0);
		world->cycle_ns = 0;
	}
	world->ends_cycle = 0;
}

/* func gcAssistAlloc1(gp *g, scanWork int64)                          runtime/mgcmark.go, Go 1.19 … 1.27
 * AX = gp, on the system stack. gcAssistAlloc calls it, again and again, where credit does not pay the debt: what pays by
 * credit alone takes less than a microsecond, and is not told. */
inline_always void gc_assist(struct pt_regs *ctx, const struct hit *hit, const struct gc_world *world)
{
	struct goroutine_key key = {ARG0(ctx)};
	struct gc_assist assist = {hit->now, world->cycle_ns ? world->cycle : 0, hit->epoch};
	struct gc_assist *before = bpf_map_lookup_elem(&gc_assists, &key);

	if (before && before->epoch == hit->epoch)
		return;
	if (bpf_map_update_elem(&gc_assists, &key, &assist, BPF_ANY))
		COUNT(map_full);
}

/* func gcAssistAlloc(gp *g)                                           runtime/mgcmark.go, Go 1.19 … 1.27
 * At RET: it may have marked, waited for credit of others, and finished the cycle; nothing it calls on the way out is
 * called always. A RET costs 9 µs under virtualisation, an assist that marks takes 300 µs; at 1 GB/s of garbage on two
 * cores 4 000 to 7 000 RETs a second were counted, half of them of assists that marked. */
inline_always void gc_assist_return(const struct hit *hit)
{
	struct gc_assist *assist = bpf_map_lookup_elem(&gc_assists, &hit->self);
	struct gc_event *record;
	u64 goid;

	if (!assist)
		return;
	if (assist->epoch == hit->epoch) {
		goid = read_running_goid(hit->self.g);
		record = begin_gc(hit, GC_ASSIST, assist->start_ns, goid, assist->cycle);
		if (record) {
			record->binding = write_trace(record->trace_id, hit);
			submit(record, KIND_GC_EVENT);
		}
	}
	bpf_map_delete_elem(&gc_assists, &hit->self);
}

SEC("uprobe.multi/gc")
int family_gc(struct pt_regs *ctx)
{
	struct gc_world *world;
	struct hit hit;

	if (!begin_hit(ctx, &hit))
		return 0;
	if (hit.hook == HOOK_GC_ASSIST_RETURN) {
		gc_assist_return(&hit);
		return 0;
	}
	world = gc_world_of(&hit);
	if (!world)
		return 0;
	switch (hit.hook) {
	case HOOK_GC_START:
		gc_start(&hit, world);
		break;
	/* func gcMarkTermination([stw worldStop ≥ 1.22])                    runtime/mgc.go, Go 1.19 … 1.27
	 * The world is stopped; memstats.numgc is counted here. */
	case HOOK_GC_MARK_TERMINATION:
		world->ends_cycle = 1;
		if (!stop_has_reason)
			world->reason = 1; /* stwGCMarkTerm */
		break;
	case HOOK_GC_STOP_WORLD:
		gc_stop_world(ctx, &hit, world);
		break;
	case HOOK_GC_START_WORLD:
		gc_start_world(&hit, world);
		break;
	case HOOK_GC_ASSIST:
		gc_assist(ctx, &hit, world);
		break;
	}
	return 0;
}
