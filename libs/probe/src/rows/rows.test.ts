import { TABLES } from '@mapscope/events';
import type { BatchKind, ColumnData, Columns } from '@mapscope/events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../ring/test-batch.ts';
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { RingKind } from '../families/layouts.ts';
import { createStackTable } from '../symbols/stack-table.ts';
import { createRowMaker } from './row-maker.ts';
import { createTimeAnchor } from './time-anchor.ts';
import { toUnixNanos } from './unix-time.ts';

/** One record with given bytes at given offsets, as the ring would hold it. */
function oneRecord(kind: RingKind, fill: (view: DataView, bytes: Uint8Array) => void) {
  const bytes = new Uint8Array(LAYOUTS[kind].sizeBytes);
  fill(new DataView(bytes.buffer), bytes);
  new DataView(bytes.buffer).setUint16(0, LAYOUTS[kind].kind, true);
  return batchOf(bytes);
}

const CLOCK = { unixNanos: () => 1_000_000_000_500n, monotonicNanos: () => 500n };

const makeRows = () =>
  createRowMaker({
    origin: { service: 'order', platform: 'p', pid: 7, buildId: 'b' },
    stacks: createStackTable({
      addresses: () => [0x10n, 0x20n],
      frames: (address) =>
        address === 0x10
          ? [{ function: 'sync.(*Mutex).lockSlow', file: 'mutex.go', line: 1 }]
          : [{ function: 'main.get', file: 'cache.go', line: 42 }],
      loadBias: 0n,
      buildId: 'b',
    }),
    clock: CLOCK,
    anchor: createTimeAnchor(CLOCK),
    callerless: new Set<number>(),
    typeName: (address) => (address === 0x500n ? 'main.refusal' : undefined),
    mapType: () => undefined,
    panicValues: false,
  });

const text = (data: ColumnData | undefined): string | undefined =>
  data?.storage === 'dictionary'
    ? data.keys[data.indexes[0] ?? 0]
    : data?.storage === 'strings'
      ? data.values[0]
      : undefined;

const number = (data: ColumnData | undefined): number | bigint | undefined =>
  data?.storage === 'default'
    ? 0
    : data !== undefined && 'values' in data && !Array.isArray(data.values)
      ? (data.values[0] as number | bigint)
      : undefined;

const withPattern = (length: number) =>
  oneRecord('http_requests', (_, bytes) => {
    bytes[67] = 3;
    bytes.set(new TextEncoder().encode('/a/'), 80);
    bytes.set(new TextEncoder().encode(`GET /a/{rest...}${'x'.repeat(80)}`), 144);
    bytes[LAYOUTS.http_requests.fields.pattern_length.offset] = length;
  });

describe('row makers', () => {
  it.each(RING_KINDS)('%s: exactly the columns of the table, all but the proof', (kind) => {
    for (const columns of makeRows()([oneRecord(kind, () => undefined)])) expectTable(columns);
  });

  it('a request', () => {
    const batch = oneRecord('http_requests', (view, bytes) => {
      view.setBigUint64(8, 777n, true);
      bytes[66] = 4;
      bytes.set(new TextEncoder().encode('POST'), 72);
      bytes[67] = 90;
      bytes.set(new TextEncoder().encode(`/orders/12/${'x'.repeat(53)}`), 80);
    });
    const [columns] = makeRows()([batch]);
    expect(number(columns?.columns['ts'])).toBe(1_000_000_000_777n);
    expect(text(columns?.columns['method'])).toBe('POST');
    expect(text(columns?.columns['route'])).toBe('/orders/{id}/*');
  });

  it('a request with a pattern; a pattern that was cut is not used; the row says which', () => {
    const [registered, cut] = [16, 97].map((length) => makeRows()([withPattern(length)])[0]?.columns);
    expect([text(registered?.['route']), number(registered?.['route_source'])]).toEqual(['/a/{rest...}', 1]);
    expect([text(cut?.['route']), number(cut?.['route_source'])]).toEqual(['/a/', 2]);
  });

  it('a panic is named by the type of its value', () => {
    const batch = oneRecord('probe_events', (view, bytes) => {
      bytes[60] = 3;
      bytes[62] = 6;
      bytes.set(new TextEncoder().encode('secret'), 64);
      view.setBigUint64(160, 0x500n, true);
    });
    const events = makeRows()([batch]).find((columns) => columns.kind === 'probe_events');
    expect(text(events?.columns['message'])).toBe('a value of type main.refusal');
  });

  it('an unknown method does not become a label', () => {
    const batch = oneRecord('http_requests', (_, bytes) => {
      bytes[66] = 3;
      bytes.set(new TextEncoder().encode('FOO'), 72);
    });
    expect(text(makeRows()([batch])[0]?.columns['method'])).toBe('_OTHER');
  });

  it('a wait: the stacks come first, the address is that of the mutex, the site that of the caller', () => {
    const batch = oneRecord('lock_waits', (view) => {
      view.setBigUint64(32, 0xc000012004n, true);
      view.setInt32(96, 5, true);
      view.setInt32(100, -1, true);
    });
    const [stacks, waits] = makeRows()([batch]);
    expect(stacks?.kind).toBe('stacks');
    expect(stacks?.rows).toBe(1);
    expect(number(waits?.columns['lock_addr'])).toBe(0xc000012000n);
    expect(number(waits?.columns['lock_kind'])).toBe(1);
    expect(text(waits?.columns['waiter_function'])).toBe('main.get');
    expect(number(waits?.columns['waiter_line'])).toBe(42);
    expect(number(waits?.columns['waiter_stack'])).toBe(number(stacks?.columns['stack']));
    expect(number(waits?.columns['holder_stack'])).toBe(0);
    expect(text(waits?.columns['holder_function'])).toBe('');
  });

  it('an event with a long message', () => {
    const batch = oneRecord('probe_events', (_, bytes) => {
      bytes[60] = 1;
      bytes[62] = 200;
      bytes.fill(0x61, 64);
    });
    const events = makeRows()([batch]).find((columns) => columns.kind === 'probe_events');
    expect(text(events?.columns['message'])).toBe('a'.repeat(96));
  });
});

function expectTable(columns: Columns): void {
  const kind: BatchKind = columns.kind;
  const specs = TABLES[kind].filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
  expect(Object.keys(columns.columns)).toEqual(specs.map(({ name }) => name));
}

describe('toUnixNanos', () => {
  it('is the same as BigInt addition', () => {
    const nanos = fc.bigInt({ min: 0n, max: 2n ** 62n });
    const property = fc.property(fc.array(nanos), nanos, fc.boolean(), (times, magnitude, negative) => {
      const offset = negative ? -magnitude : magnitude;
      const expected = times.map((time) => BigInt.asIntN(64, time + offset));
      expect([...toUnixNanos(BigUint64Array.from(times), offset)]).toEqual(expected);
    });
    fc.assert(property, { numRuns: 300, interruptAfterTimeLimit: 2000 });
  });
});
