/**
 * Rows of a request → columns, cut into batches that fit a Kafka value; a lane a table. Rows share their resource's lists, so
 * what is sent once is held once. Pure.
 */
import type { Columns } from '@mapscope/events';
import { MAX_REQUEST_CHARS, tooLarge } from './limits.ts';

/** About this much text a batch; the batcher cuts what is larger still. */
const BATCH_CHARS = 4 * 1024 * 1024;

export interface Totals {
  readonly batches: readonly Columns[];
  /** spans, points or log records that were good */
  readonly items: number;
  readonly rejected: number;
  /** why the first rejected one was */
  readonly firstFault: string | undefined;
}

export interface RowBatches {
  /** @param columnsOf what a table's rows become */
  readonly lane: <Row>(columnsOf: (rows: readonly Row[]) => Columns) => (row: Row, chars: number) => void;
  readonly refuse: (fault: string) => void;
  readonly finish: () => Totals;
}

export function rowBatches(batchChars = BATCH_CHARS): RowBatches {
  const batches: Columns[] = [];
  const cuts: (() => void)[] = [];
  const count = { items: 0, rejected: 0 };
  let requestChars = 0;
  let firstFault: string | undefined;
  const lane = <Row>(columnsOf: (rows: readonly Row[]) => Columns) => {
    let rows: Row[] = [];
    let laneChars = 0;
    const cut = (): void => {
      if (rows.length > 0) batches.push(columnsOf(rows));
      rows = [];
      laneChars = 0;
    };
    cuts.push(cut);
    return (row: Row, chars: number): void => {
      count.items += 1;
      requestChars += chars;
      laneChars += chars;
      if (requestChars > MAX_REQUEST_CHARS)
        throw tooLarge('the rows, each with its resource, take more than 256 Mi characters');
      rows.push(row);
      if (laneChars >= batchChars) cut();
    };
  };
  return {
    lane,
    refuse: (fault) => {
      count.rejected += 1;
      firstFault ??= fault;
    },
    finish: () => {
      for (const cut of cuts) cut();
      return { batches, ...count, firstFault };
    },
  };
}
