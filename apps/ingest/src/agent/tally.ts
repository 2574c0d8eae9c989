/** Counts of rows and batches per kind: what was acknowledged, what was given up. Pure. */
import { BATCH_KINDS, type BatchKind } from '@mapscope/events';

export interface Count {
  rows: number;
  batches: number;
}

export type Tally = Readonly<Record<BatchKind, Count>>;

export function emptyTally(): Tally {
  // Object.keys of a const table gives its keys; every kind is among them.
  const kinds = Object.keys(BATCH_KINDS) as BatchKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, { rows: 0, batches: 0 }])) as Record<BatchKind, Count>;
}

export function note(tally: Tally, batch: { readonly kind: BatchKind; readonly rows: number }): void {
  tally[batch.kind].rows += batch.rows;
  tally[batch.kind].batches += 1;
}

export function totalRows(tally: Tally): number {
  return Object.values(tally).reduce((sum, count) => sum + count.rows, 0);
}

/** For the last line: kinds that had something. */
export function nonZero(tally: Tally): Readonly<Record<string, Count>> {
  return Object.fromEntries(Object.entries(tally).filter(([, count]) => count.batches > 0));
}
