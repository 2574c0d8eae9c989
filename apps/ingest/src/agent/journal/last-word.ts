/**
 * The last status of an agent that could not say it: by another's hand, on its own identity. Pure.
 *
 * Everything that arrived is among what the record counts (it is written before rows are sent), so
 * submitted − inserted is what was lost, exactly, as of the reading; that is computed where it is read, because a batch
 * under way when the agent died may have arrived. What happened after the reading nobody saw: the gap, told in time.
 *
 *   ── events ──────────────●──────────✗ ─ ─ ─ ─ ─ ─ ─ ─●── events
 *                       last reading  dies        successor attached
 *                      (row's ts)      └── gap_end ──────┘
 */
import { AGENT_DIED, type BatchKind } from '@mapscope/events';
import { MAX_VALUE_BYTES } from '@mapscope/stream';
import { type PreparedBatch, type RingCount, makeBatcher } from '../batcher.ts';
import { statusColumns } from '../status-columns.ts';
import { emptyTally } from '../tally.ts';
import type { JournalRecord } from './record.ts';

/** A sequence of its own: whichever numbers the dead agent used last, and however often this is sent, it is one row. */
const FAMILY = 'last-word';

/** @param gapEndUnixNanos zero: nobody watches that process again yet */
export function lastWord(record: JournalRecord, gapEndUnixNanos: bigint): readonly PreparedBatch[] {
  const { identity, target, counts } = record;
  const published = emptyTally();
  for (const { kind, published: rows, publishedBatches: batches } of counts)
    Object.assign(published[kind], { rows, batches });
  const ring = new Map<BatchKind, RingCount>(counts.map(({ kind, submitted, lost }) => [kind, { submitted, lost }]));
  const columns = statusColumns({
    unixNanos: record.readUnixNanos,
    service: identity.service,
    platform: identity.platform,
    state: AGENT_DIED,
    pid: target.pid,
    buildId: target.buildId,
    probes: target.probes,
    attachNanos: target.attachNanos,
    ring,
    published,
    // Its own rows before this one tell; the store takes the longest time that any of them said.
    shed: new Map(),
    final: true,
    gapEndUnixNanos,
  });
  return makeBatcher(identity, MAX_VALUE_BYTES, FAMILY).prepare(columns, { submitted: 0n, lost: 0n });
}
