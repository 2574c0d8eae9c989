/** Columns that the tables of several families have. */
import type { ColumnData } from '@mapscope/events';
import { bytes16, bytes8, constantText, constantU32, i64, u8 } from './column-data.ts';
import { numbers } from './narrow.ts';
import type { RowContext } from './row-context.ts';

type Part = Readonly<Record<string, ColumnData>>;

type Beginning = Pick<RowContext, 'origin' | 'toUnix' | 'memory'>;

/** ts, service, platform: the first columns of every table. */
export function beginning(ts: BigUint64Array, { origin, toUnix, memory }: Beginning): Part {
  return {
    ts: i64(toUnix(ts)),
    service: constantText(origin.service, ts.length, memory),
    platform: constantText(origin.platform, ts.length, memory),
  };
}

export interface RawTrace {
  readonly trace_id: Uint8Array;
  readonly span_id: Uint8Array;
  readonly binding: Uint8Array;
}

/** Whose request it was, and how that is known. */
export const traced = ({ trace_id, span_id, binding }: RawTrace): Part => ({
  trace_id: bytes16(trace_id),
  span_id: bytes8(span_id),
  binding: u8(binding),
});

export const goroutineOf = (goid: BigUint64Array, { origin, memory }: RowContext): Part => ({
  pid: constantU32(origin.pid, goid.length, memory),
  goid: numbers(goid, memory),
});
