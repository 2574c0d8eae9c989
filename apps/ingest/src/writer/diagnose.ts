/**
 * What to do with a group that ClickHouse refused. A refused insert has written nothing (libs/store inserts all or nothing).
 *
 *   some batches are not what their kind promises ──► those are at fault
 *   an insert of no rows is refused as well       ──► not the data: a missing table or right; try again
 *   one batch                                     ──► it is at fault, for a reason that only ClickHouse knows
 *   several                                       ──► halve, and see which half is refused
 *
 * ClickHouse's own codes do not tell bad data from a missing table or right (a bent type name is a "syntax error"), so the
 * blocks are looked into: only now, never for what is accepted.
 */
import { type BatchKind, encodeNativeBlock } from '@mapscope/events';
import type { DeadLetterReason } from '@mapscope/stream';
import type { Group } from './block.ts';
import { blockFault } from './block-fault.ts';
import type { BatchEntry } from './entry.ts';

export interface Fault {
  readonly entry: BatchEntry;
  readonly reason: DeadLetterReason;
}

export type Finding =
  /** not sure: nothing is seen to be wrong with it, it is only refused */
  | { readonly kind: 'faults'; readonly faults: readonly Fault[]; readonly isSure: boolean }
  | { readonly kind: 'halve' }
  | { readonly kind: 'not the data' };

export async function diagnose(
  group: Group,
  refusal: DeadLetterReason,
  accepts: (kind: BatchKind) => Promise<boolean>,
): Promise<Finding> {
  const faults = group.entries.filter(({ batch }) => blockFault(batch) !== undefined);
  if (faults.length > 0)
    return { kind: 'faults', faults: faults.map((entry) => ({ entry, reason: refusal })), isSure: true };
  if (!(await accepts(group.kind))) return { kind: 'not the data' };
  const [entry] = group.entries;
  if (group.entries.length > 1 || entry === undefined) return { kind: 'halve' };
  return { kind: 'faults', faults: [{ entry, reason: refusal }], isSure: false };
}

/** No rows of a column that every table has: ClickHouse gives the others their defaults. */
export const NO_ROWS = encodeNativeBlock([{ name: 'batch_seq', type: 'UInt64' }], 0, {
  batch_seq: { storage: 'u64', values: new BigUint64Array() },
});
