import { createBlockEncoder, decodeNativeBlock, TABLES } from '@mapscope/events';
import type { PlainData } from '@mapscope/events';
import type { MapType } from '@mapscope/golang';
import { describe, expect, it } from 'vitest';
import { createHosts } from '../families/client/host.ts';
import { eventMessage } from '../families/fatal/event-message.ts';
import { createRouter } from '../families/http/route.ts';
import { LAYOUTS, RING_KINDS } from '../families/layouts.ts';
import type { RingKind } from '../families/layouts.ts';
import { createDecoder } from '../ring/decoder.ts';
import { recordBytes } from '../ring/record-layout.ts';
import type { FieldLayout, RecordLayout } from '../ring/record-layout.ts';
import { createStackTable } from '../symbols/stack-table.ts';
import { OWN_MEMORY } from './column-memory.ts';
import { createRowMaker } from './row-maker.ts';
import { plainRow } from './test-plain-rows.ts';
import type { Plain } from './test-plain-rows.ts';
import { createTimeAnchor } from './time-anchor.ts';

const UNIX_OFFSET = 1_795_000_000_123_456_789n;
const CLOCK = { unixNanos: () => UNIX_OFFSET + 500n, monotonicNanos: () => 500n };
const ORIGIN = { service: 'order', platform: 'p', pid: 7, buildId: 'b' };
const CALLERLESS = new Set([2]);
const RING_BYTES = 1 << 21;

const SLOW = ['sync.(*Mutex).lockSlow', 'sync.(*RWMutex).Lock', 'sync.(*RWMutex).RLock', 'sync.(*WaitGroup).Wait'];
const openStacks = () =>
  createStackTable({
    addresses: (id) => (id % 5 === 4 ? undefined : [BigInt(id), 0x9000n + BigInt(id % 7), 0xa000n]),
    frames: (address) =>
      address < 0x8000
        ? [{ function: SLOW[address % 6] ?? 'runtime.mapassign', file: 'm.go', line: address + 1 }]
        : [{ function: `main.f${address % 11}`, file: `f${address % 3}.go`, line: (address % 100) + 1 }],
    loadBias: 0n,
    buildId: 'b',
  });

// Only what keyClass and mapTypeName look at.
const TYPES = [
  undefined,
  { name: 'map[string]int', keyKind: 'string' },
  { name: 'map[a]b', keyKind: 'struct', keySizeBytes: 24 },
] as (MapType | undefined)[];
const mapType = (address: bigint): MapType | undefined => TYPES[Number(address % 3n)];
const typeName = (address: bigint): string | undefined => (address % 2n === 0n ? 'main.refusal' : undefined);

function openBoth() {
  const stacks = openStacks();
  const needs = {
    origin: ORIGIN,
    clock: CLOCK,
    anchor: createTimeAnchor(CLOCK),
    callerless: CALLERLESS,
    mapType,
    typeName,
    panicValues: true,
  };
  const mine = openStacks();
  const plain: Plain = {
    stacks: mine,
    unixOffset: UNIX_OFFSET,
    context: {
      origin: ORIGIN,
      memory: OWN_MEMORY,
      toUnix: () => new BigInt64Array(0),
      stack: mine.find,
      stackOfCall: mine.findWithCaller,
      stackOfAddresses: mine.findAddresses,
      siteOf: mine.siteOf,
      route: createRouter(),
      host: createHosts(),
      mapType,
      eventStack: (id, event, callerPc) => (CALLERLESS.has(event) ? mine.findWithCaller(id, callerPc) : mine.find(id)),
      eventMessage: (event, text, type) => eventMessage({ event, text, typeName: typeName(type) }, true),
    },
  };
  return { makeRows: createRowMaker({ ...needs, stacks }), plain };
}

/** Marsaglia, "Xorshift RNGs" (2003). */
function seeded(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PATHS = [
  '/',
  '/a/17',
  '/orders/4711/items',
  '/a/17/',
  'ünïcode/é',
  `/long/${'x'.repeat(90)}`,
  `/${'y'.repeat(63)}`,
  'GET',
];
const METHODS = ['GET', 'POST', 'PROPFIND!!', ''];
/** Few values, so that they repeat; and those at which a byte or a half carries. */
const LONGS = [0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0xc000_0000_04n, 0xc000_ffff_fffcn, 2n ** 64n - 1n, 3n];

/** A record with anything in it, also where no field is. */
function record(layout: RecordLayout, random: (below: number) => number): Uint8Array {
  const bytes = Uint8Array.from({ length: layout.sizeBytes }, () => random(256));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, layout.kind, true);
  for (const [name, field] of Object.entries(layout.fields))
    put(view, bytes, { name, field, fields: layout.fields, random });
  return bytes;
}

interface Wanted {
  readonly name: string;
  readonly field: FieldLayout;
  readonly fields: RecordLayout['fields'];
  readonly random: (below: number) => number;
}

function put(view: DataView, bytes: Uint8Array, { name, field: { offset, storage }, fields, random }: Wanted): void {
  const text = fields[`${name}_length`];
  if (text !== undefined) {
    const chosen = name === 'method' ? METHODS : PATHS;
    const encoded = new TextEncoder().encode(chosen[random(chosen.length)]);
    bytes.set(encoded.subarray(0, Number(storage.slice(5))), offset);
    bytes[text.offset] = encoded.length;
  } else if (name.endsWith('_length')) return;
  else if (storage === 'u64')
    view.setBigUint64(offset, name === 'ts' ? BigInt(random(2 ** 32)) << 14n : (LONGS[random(8)] ?? 0n), true);
  else if (storage === 'i32') view.setInt32(offset, random(30) - 3, true);
  else if (storage === 'u8') bytes[offset] = random(7);
  else if (storage === 'bytes160')
    for (let at = 0; at < 160; at += 8) view.setBigUint64(offset + at, BigInt(random(9)), true);
}

/** Records of any kinds, as the ring has them. */
function fill(kinds: readonly RingKind[], records: number, seed: number) {
  const bytes = new Uint8Array(2 * RING_BYTES);
  const random = seeded(seed);
  const written: { readonly kind: RingKind; readonly record: Uint8Array }[] = [];
  let at = 0;
  for (let index = 0; index < records; index++) {
    const kind = kinds[random(kinds.length)] ?? 'lock_waits';
    const whole = record(LAYOUTS[kind], random);
    const one = whole.subarray(0, recordBytes(LAYOUTS[kind], whole));
    new DataView(bytes.buffer).setUint32(at, one.length, true);
    bytes.set(one, at + 8);
    at += 8 + one.length;
    written.push({ kind, record: one });
  }
  return { pages: { bytes, words: new Int32Array(bytes.buffer) }, producer: at, written };
}

const cell = (data: PlainData | undefined, row: number): unknown => {
  if (data === undefined) return 'no column';
  if (data.storage === 'dictionary') return data.keys[data.indexes[row] ?? -1];
  if (data.storage === 'bytes8' || data.storage === 'bytes16') {
    const width = data.storage === 'bytes8' ? 8 : 16;
    return Buffer.from(data.values.slice(width * row, width * row + width)).toString('hex');
  }
  const value = data.values[row];
  return typeof value === 'number' ? BigInt(value) : value;
};

const isDefault = (value: unknown): boolean => value === 0n || value === '' || /^0+$/.test(String(value));

const CONSTANT: Readonly<Record<string, unknown>> = { service: 'order', platform: 'p', pid: 7n };

function decodeAll(decoder: ReturnType<typeof createDecoder>, { pages, producer }: ReturnType<typeof fill>) {
  for (let from = 0; from < producer;) {
    const range = { from, producer, sizeBytes: RING_BYTES, maximum: 700, loadsInOrder: true };
    from = decoder.decode(pages, range).position;
  }
  return decoder.take();
}

describe('rows made column by column', () => {
  it.each<[string, readonly RingKind[], number]>([
    ...RING_KINDS.map((kind): [string, readonly RingKind[], number] => [kind, [kind], 300]),
    ['all kinds mixed', RING_KINDS, 900],
    ['thousands of lock waits, in a slab', ['lock_waits'], 6000],
    ['thousands of map events, in a slab', ['map_events'], 2500],
  ])('%s: equal those made record by record, batch after batch in the same memory', (_, kinds, records) => {
    const { makeRows, plain } = openBoth();
    const decoder = createDecoder();
    const encode = createBlockEncoder();
    for (let seed = 1; seed <= 3; seed++) {
      const filled = fill(kinds, seed === 2 ? Math.ceil(records / 7) : records, seed);
      const batches = decodeAll(decoder, filled);
      for (const { kind, rows, columns } of makeRows(batches)) {
        if (kind === 'stacks') continue;
        const spec = TABLES[kind].filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
        const block = decodeNativeBlock(encode(spec, rows, columns));
        // What a block lacks the database fills.
        const absent = spec.filter(({ name }) => !block.columns.some((column) => column.name === name));
        const own = filled.written.filter((one) => one.kind === kind);
        expect(rows).toBe(own.length);
        for (const [row, one] of own.entries()) {
          const expected = { ...plainRow(one.kind, one.record, plain), ...CONSTANT };
          expect(absent.filter(({ name }) => !isDefault(expected[name as 'ts']))).toEqual([]);
          const wrong = block.columns.filter(({ name, data }) => cell(data, row) !== expected[name as 'ts']);
          const told = wrong.map(({ name, data }) => [name, row, cell(data, row), expected[name as 'ts']]);
          expect(told).toEqual([]);
        }
      }
      decoder.giveBack(batches);
    }
  });
});
