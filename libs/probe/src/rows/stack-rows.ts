/** New stacks → the columns of table stacks (without the proof columns). Pure. */
import type { Columns } from '@mapscope/events';
import type { Stack } from '../symbols/stack-table.ts';
import { constantText, i64, u64 } from './column-data.ts';
import type { Origin } from './origin.ts';

export function stackRows(stacks: readonly Stack[], origin: Origin, unixNanos: bigint): Columns<'stacks'> {
  const rows = stacks.length;
  return {
    kind: 'stacks',
    rows,
    columns: {
      ts: i64(new BigInt64Array(rows).fill(unixNanos)),
      service: constantText(origin.service, rows),
      build_id: constantText(origin.buildId, rows),
      stack: u64(BigUint64Array.from(stacks, (stack) => stack.hash)),
      functions: {
        storage: 'stringArrays',
        values: stacks.map((stack) => stack.frames.map((frame) => frame.function)),
      },
      files: { storage: 'stringArrays', values: stacks.map((stack) => stack.frames.map((frame) => frame.file)) },
      lines: { storage: 'u32Arrays', values: stacks.map((stack) => stack.frames.map((frame) => frame.line)) },
    },
  };
}
