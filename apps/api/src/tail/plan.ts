/** What of the waiting batches goes out now, and what is passed over because more comes than a tail sends. Pure. */
import { laneOf, type TailBatch, type TailRange, type TailRow } from '@mapscope/store';
import type { Progress } from './progress.ts';

/** Ranges that are left to send, oldest first, in order within each lane. */
export function waitingRanges(progress: Progress, batches: readonly TailBatch[]): readonly TailRange[] {
  const left = batches.flatMap((batch) => {
    const lane = progress.lanes.get(laneOf(batch));
    if (lane === undefined || batch.sequence > lane.sequence) return [{ batch, from: 0, to: batch.rows }];
    return batch.sequence === lane.sequence && batch.rows > lane.position
      ? [{ batch, from: lane.position, to: batch.rows }]
      : [];
  });
  return inLaneOrder(left);
}

/** By time of the ledger; where its clock went back within a lane, the sequence decides. */
function inLaneOrder(ranges: readonly TailRange[]): readonly TailRange[] {
  const newest = new Map<string, number>();
  const timed = [...ranges]
    .sort((a, b) => (a.batch.sequence < b.batch.sequence ? -1 : Number(a.batch.sequence > b.batch.sequence)))
    .map((range) => {
      const lane = laneOf(range.batch);
      const at = Math.max(newest.get(lane) ?? 0, range.batch.insertedUnixMillis);
      newest.set(lane, at);
      return { range, at };
    });
  // Array.sort is stable (ECMAScript 2019), so equal times keep the order of sequences.
  return timed.sort((a, b) => a.at - b.at).map(({ range }) => range);
}

export interface Limits {
  /** rows that may go out now */
  readonly budget: number;
  /** more waiting rows than this are not sent one after the other … */
  readonly maxWaiting: number;
  /** … but passed over, up to this many newest */
  readonly keep: number;
}

export interface Plan {
  readonly skip: readonly TailRange[];
  readonly send: readonly TailRange[];
  readonly isAll: boolean;
}

const rowsOf = (ranges: readonly TailRange[]): number => ranges.reduce((sum, { from, to }) => sum + to - from, 0);

export function planTail(waiting: readonly TailRange[], { budget, maxWaiting, keep }: Limits): Plan {
  const total = rowsOf(waiting);
  const [skip, rest] = cut(waiting, total > maxWaiting ? total - keep : 0);
  const [send, later] = cut(rest, budget);
  return { skip, send, isAll: later.length === 0 };
}

/** The first `count` rows, and the others. */
function cut(ranges: readonly TailRange[], count: number): readonly [readonly TailRange[], readonly TailRange[]] {
  const first: TailRange[] = [];
  const others: TailRange[] = [];
  let left = count;
  for (const range of ranges) {
    const middle = range.from + Math.min(left, range.to - range.from);
    left -= middle - range.from;
    if (middle > range.from) first.push({ ...range, to: middle });
    if (middle < range.to) others.push({ ...range, from: middle });
  }
  return [first, others];
}

export const countOf = rowsOf;

/** Rows by time, but never against the order of their lane. */
export function mergeLanes(rows: readonly TailRow[]): readonly TailRow[] {
  const lanes = [...Map.groupBy(rows, ({ lane }) => lane).values()].map((lane) =>
    [...lane].sort((a, b) => Number(a.sequence - b.sequence) || a.position - b.position),
  );
  const heads = lanes.map(() => 0);
  const merged: TailRow[] = [];
  while (merged.length < rows.length) {
    let best: TailRow | undefined;
    let from = 0;
    for (const [i, lane] of lanes.entries()) {
      const head = lane[heads[i] ?? 0];
      if (head !== undefined && (best === undefined || head.unixNanos < best.unixNanos)) [best, from] = [head, i];
    }
    if (best === undefined) break;
    heads[from] = (heads[from] ?? 0) + 1;
    merged.push(best);
  }
  return merged;
}
