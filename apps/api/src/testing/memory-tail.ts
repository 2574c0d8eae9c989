/** The ledger and the rows of the live tail as plain arrays, with a server clock that tests turn. */
import { laneOf, type TailBatch, type TailRange, type TailRow, type TailSource } from '@mapscope/store';

export interface MemoryTail extends TailSource {
  /** its rows become queryable now; traces count up over all batches, so that each row is told apart */
  readonly add: (batch: Omit<TailBatch, 'insertedUnixMillis'> & { readonly insertedUnixMillis?: number }) => void;
  readonly turn: (millis: number) => void;
  /** as a retention would */
  readonly forgetRows: () => void;
}

export function memoryTail(): MemoryTail {
  let now = 1_795_598_640_000;
  let made = 0;
  let rows: TailRow[] = [];
  const ledger: TailBatch[] = [];
  const selected = (kinds: readonly string[], since: number): TailBatch[] =>
    ledger.filter((batch) => kinds.includes(batch.kind) && batch.insertedUnixMillis >= since);
  return {
    turn: (millis) => void (now += millis),
    forgetRows: () => void (rows = []),
    add: (given) => {
      const batch = { insertedUnixMillis: now, ...given };
      ledger.push(batch);
      for (let position = 1; position <= batch.rows; position++) rows.push(rowOf(batch, position, ++made));
    },
    nowUnixMillis: () => Promise.resolve(now),
    latest: ({ kinds, sinceUnixMillis }) => {
      const lanes = Map.groupBy(selected(kinds, sinceUnixMillis), laneOf).values();
      return Promise.resolve([...lanes].flatMap((lane) => lane.toSorted(bySequence).slice(-1)));
    },
    batches: ({ kinds, sinceUnixMillis }, done) => {
      const from = new Map(done.map(({ lane, sequence }) => [lane, sequence]));
      const found = selected(kinds, sinceUnixMillis).filter(
        (batch) => batch.sequence >= (from.get(laneOf(batch)) ?? 0n),
      );
      return Promise.resolve(found);
    },
    rows: (ranges) => Promise.resolve(rows.filter((row) => ranges.some((range) => holds(range, row)))),
  };
}

const holds = ({ batch, from, to }: TailRange, row: TailRow): boolean =>
  laneOf(batch) === row.lane && batch.sequence === row.sequence && row.position > from && row.position <= to;

const bySequence = (a: TailBatch, b: TailBatch): number => Number(a.sequence - b.sequence);

function rowOf(batch: TailBatch, position: number, number: number): TailRow {
  const common = {
    lane: laneOf(batch),
    sequence: batch.sequence,
    position,
    kind: batch.kind,
    // Out of order across batches, as rows of long requests are.
    unixNanos: BigInt(batch.insertedUnixMillis) * 1_000_000n - BigInt((number * 7919) % 5000) * 1_000_000n,
    service: 'order',
    platform: 'arch=arm64',
    traceId: number.toString(16).padStart(32, '0'),
  };
  if (batch.kind !== 'lock_waits') return { ...common, route: '/order', method: 'GET', durationNanos: 3e6 };
  const waiter = { function: 'main.(*Cache).Get', file: 'cache.go', line: 42 };
  const holder = { function: '', file: '', line: 0 };
  return { ...common, waitNanos: 2.5e6, schedNanos: 1e5, lockKind: 'mutex', waiter, holder };
}
