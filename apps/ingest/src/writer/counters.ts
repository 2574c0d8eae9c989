/** What a writer has done since its start. Pure. */
import type { BatchKind } from '@mapscope/events';

export interface WriterTotals {
  readonly batches: number;
  readonly rows: number;
  readonly bytes: number;
  readonly deadLetters: number;
  /** failed tries that came again */
  readonly retries: number;
  readonly rowsByKind: Readonly<Partial<Record<BatchKind, number>>>;
}

export interface WriterCounters {
  readonly inserted: (kind: BatchKind, rows: number, bytes: number) => void;
  readonly deadLettered: () => void;
  readonly retried: () => void;
  readonly totals: () => WriterTotals;
}

export function makeWriterCounters(): WriterCounters {
  const sums = { batches: 0, rows: 0, bytes: 0, deadLetters: 0, retries: 0 };
  const rowsByKind: Partial<Record<BatchKind, number>> = {};
  return {
    inserted: (kind, rows, bytes) => {
      sums.batches += 1;
      sums.rows += rows;
      sums.bytes += bytes;
      rowsByKind[kind] = (rowsByKind[kind] ?? 0) + rows;
    },
    deadLettered: () => void (sums.deadLetters += 1),
    retried: () => void (sums.retries += 1),
    totals: () => ({ ...sums, rowsByKind: { ...rowsByKind } }),
  };
}
