import { GC_EVENT_KINDS } from '@mapscope/events';
import { expect, it } from 'vitest';
import { OWN_MEMORY } from '../../rows/column-memory.ts';
import type { RowContext } from '../../rows/row-context.ts';
import type { RawColumns } from '../layouts.ts';
import { gcRows } from './rows.ts';

/** The part of a RowContext that these rows need. */
const CONTEXT = {
  origin: { service: 'order', platform: 'p', pid: 7, buildId: 'b' },
  memory: OWN_MEMORY,
  toUnix: (monotonic: BigUint64Array) => BigInt64Array.from(monotonic),
} as unknown as RowContext;

const raw = (event: number, reason: number): RawColumns<'gc_events'> => ({
  ts: BigUint64Array.of(1n),
  duration_ns: BigUint64Array.of(2n),
  goid: BigUint64Array.of(3n),
  trace_id: new Uint8Array(16),
  span_id: new Uint8Array(8),
  cycle: Uint32Array.of(4),
  event: Uint8Array.of(event),
  binding: new Uint8Array(1),
  reason: Uint8Array.of(reason),
});

it.each([
  [GC_EVENT_KINDS.stop_the_world, 4, 'goroutine profile'],
  [GC_EVENT_KINDS.stop_the_world, 0, 'unknown'],
  [GC_EVENT_KINDS.stop_the_world, 250, 'unknown'],
  [GC_EVENT_KINDS.cycle, 1, ''],
  [GC_EVENT_KINDS.assist, 1, ''],
])('kind %i with the runtime’s reason %i: "%s"', (event, reason, text) => {
  const { columns } = gcRows({ kind: 'gc_events', rows: 1, columns: raw(event, reason) }, CONTEXT);
  expect(columns['reason']).toMatchObject({ keys: [text] });
});
