import { type ColumnData, TABLES, encodeNativeBlock } from '@mapscope/events';
import { expect, test } from 'vitest';
import { FAMILIES, type Family, makeWorkload } from './workload.ts';
import { makePlan } from './plan.ts';

const SPAN = { firstUnixNanos: 1_700_000_000_000_000_000n, nanos: 1e9 };
const proof = (rows: number): Record<string, ColumnData> => ({
  agent: { storage: 'dictionary', keys: ['a'], indexes: new Uint8Array(rows) },
  batch_seq: { storage: 'u64', values: new BigUint64Array(rows) },
});

function blockOf(family: Family, number: number, seed: number, rows = 500): Buffer {
  const drawn = makeWorkload(number, seed).draw(family, rows, SPAN);
  return Buffer.from(encodeNativeBlock(TABLES[drawn.kind], rows, { ...drawn.columns, ...proof(rows) }));
}

test.each(FAMILIES)('%s: the same seed and service make the same bytes, another seed or service others', (family) => {
  expect(blockOf(family, 2, 7)).toEqual(blockOf(family, 2, 7));
  expect(blockOf(family, 2, 7)).not.toEqual(blockOf(family, 2, 8));
  expect(blockOf(family, 2, 7)).not.toEqual(blockOf(family, 3, 7));
});

function numbers(columns: Readonly<Record<string, ColumnData>>, name: string): readonly number[] {
  const data = columns[name];
  if (data === undefined || !('values' in data)) throw new Error(`no column ${name}`);
  return [...data.values].map(Number);
}

function counts(data: ColumnData | undefined): readonly number[] {
  if (data?.storage !== 'dictionary') throw new Error('no dictionary');
  const found = new Map<string, number>();
  for (const index of data.indexes) found.set(data.keys[index] ?? '', (found.get(data.keys[index] ?? '') ?? 0) + 1);
  return [...found.values()].toSorted((a, b) => b - a);
}

test('few routes take most requests: of 20 the first has 1/H(20) of them, 28 %', () => {
  const { columns } = makeWorkload(0, 1).draw('http', 20_000, SPAN);
  const [first = 0, second = 0] = counts(columns['route']);
  expect(first / 20_000).toBeGreaterThan(0.26);
  expect(first / 20_000).toBeLessThan(0.31);
  expect(first / second).toBeGreaterThan(1.6);
});

test('waits are log-normal: a few are a hundred times the median, and logarithms have no skew to speak of', () => {
  const { columns } = makeWorkload(1, 1).draw('lock', 20_000, SPAN);
  const logs = numbers(columns, 'wait_ns').map((wait) => Math.log(Math.max(1, wait)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const moment = (power: number): number => logs.reduce((sum, log) => sum + (log - mean) ** power, 0) / logs.length;
  expect(Math.sqrt(moment(2))).toBeGreaterThan(1);
  expect(Math.abs(moment(3) / moment(2) ** 1.5)).toBeLessThan(0.5);
  const waits = numbers(columns, 'wait_ns').toSorted((a, b) => a - b);
  expect((waits.at(-20) ?? 0) / (waits[10_000] ?? 1)).toBeGreaterThan(30);
});

test('a request waits about four times, and its rows are in the order of their times', () => {
  const { columns } = makeWorkload(1, 1).draw('lock', 20_000, SPAN);
  const traces = columns['trace_id'];
  if (traces?.storage !== 'bytes16') throw new Error('no traces');
  const ids = new Set(Array.from({ length: 20_000 }, (_, i) => traces.values.subarray(i * 16, i * 16 + 16).toString()));
  expect(20_000 / ids.size).toBeGreaterThan(3.6);
  expect(20_000 / ids.size).toBeLessThan(4.4);
  const times = columns['ts'];
  if (times?.storage !== 'i64') throw new Error('no times');
  expect(times.values.every((time, i) => i === 0 || time >= (times.values[i - 1] ?? 0n))).toBe(true);
});

test('a plan gives each quarter of a second its rows exactly, and services their shares over time', () => {
  const plan = makePlan({ eventsPerSecond: 1_003, services: 5, families: ['lock', 'http'], seed: 3 });
  const rows = [0, 0, 0, 0, 0];
  let sum = 0;
  for (let tick = 0; tick < 4_000; tick++) {
    for (const portion of plan.portions(tick)) rows[portion.service] = (rows[portion.service] ?? 0) + portion.rows;
    const all = rows.reduce((a, b) => a + b, 0);
    expect(all - sum).toBe(Math.floor((1_003 * (tick + 1)) / 4) - Math.floor((1_003 * tick) / 4));
    sum = all;
  }
  expect(sum).toBe(1_003_000);
  const harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5;
  for (const [k, of] of rows.entries()) expect(of / sum).toBeCloseTo(1 / (k + 1) / harmonic, 2);
});
