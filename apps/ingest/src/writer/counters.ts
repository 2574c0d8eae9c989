/** What a writer has done since its start. Pure. */
import type { Batch, BatchKind } from '@mapscope/events';

export interface WriterTotals {
  readonly batches: number;
  readonly rows: number;
  readonly bytes: number;
  /** batches that came again and were dropped */
  readonly seenBefore: number;
  readonly blocks: number;
  /** blocks that another owner had begun */
  readonly reopened: number;
  readonly deadLetters: number;
  /** failed tries that came again */
  readonly retries: number;
  readonly rowsByKind: Readonly<Partial<Record<BatchKind, number>>>;
}

export interface WriterCounters {
  /** one block */
  readonly inserted: (batches: readonly Batch[]) => void;
  readonly seenBefore: (batches: number) => void;
  readonly reopened: () => void;
  readonly deadLettered: () => void;
  readonly retried: () => void;
  readonly totals: () => WriterTotals;
}

export function makeWriterCounters(): WriterCounters {
  const sums = { batches: 0, rows: 0, bytes: 0, seenBefore: 0, blocks: 0, reopened: 0, deadLetters: 0, retries: 0 };
  const rowsByKind: Partial<Record<BatchKind, number>> = {};
  return {
    inserted: (batches) => {
      sums.blocks += 1;
      for (const { header, block } of batches) {
        sums.batches += 1;
        sums.rows += header.rows;
        sums.bytes += block.length;
        rowsByKind[header.kind] = (rowsByKind[header.kind] ?? 0) + header.rows;
      }
    },
    seenBefore: (batches) => void (sums.seenBefore += batches),
    reopened: () => void (sums.reopened += 1),
    deadLettered: () => void (sums.deadLetters += 1),
    retried: () => void (sums.retries += 1),
    totals: () => ({ ...sums, rowsByKind: { ...rowsByKind } }),
  };
}
