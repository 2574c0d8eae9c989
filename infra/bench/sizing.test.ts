import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Result } from './report.ts';
import { type Costs, needOf, readCosts, renderSizing } from './sizing.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const isThere = ['store', 'storage'].every((name) => existsSync(new URL(`results/${name}.json`, import.meta.url)));

test.skipIf(!isThere)('infra/docs/sizing.md is what the script makes of the committed results', () => {
  // Written by main.ts.
  const result = (name: string) => JSON.parse(read(`results/${name}.json`)) as Result;
  expect(read('../docs/sizing.md')).toBe(renderSizing(result('store'), result('storage')));
});

const costs: Costs = {
  broker: 0.06,
  writer: 0.6,
  clickhouse: 1.2,
  writerMebibytes: 512,
  clickhouseMebibytes: 1_024,
  bytesPerEvent: 20,
};

test('a million events a second: a core of a writer, two of ClickHouse, 1.7 TB a day', () => {
  const need = needOf(1_000_000, costs);
  expect(need).toMatchObject({ writers: 1, partitions: 8, memoryGibibytes: 1.5, gigabytesPerDay: 1_728 });
  expect(need.writerCores).toBeCloseTo(1);
  expect(need.clickhouseCores).toBeCloseTo(2);
});

test('ten million: ten writers and partitions for all of them', () => {
  expect(needOf(10_000_000, costs)).toMatchObject({ writers: 10, partitions: 64, memoryGibibytes: 15 });
});

test('results that lack a figure say which, and how to get it', () => {
  const empty: Result = { name: 'store', question: '', machine: {}, ok: true, metrics: [], cases: [] };
  expect(() => readCosts(empty, { ...empty, name: 'storage' })).toThrow('npm run bench -- storage --write');
});
