import { PROBE_EVENT_KINDS } from '@mapscope/events';
import { beforeAll, expect, test } from 'vitest';
import { quantileOf } from '../evidence/histogram.ts';
import * as planted from '../testdata/planted.ts';
import { rowsBlock } from '../testdata/rows-block.ts';
import { openTestStore } from '../testdata/test-store.ts';
import type { IncidentRecord, StoredIncident } from './records.ts';

const MINUTE = 60_000_000_000n;
const from = planted.plantedFrom();
const window = { fromUnixNanos: from, toUnixNanos: from + MINUTE };
const world = await openTestStore();

const record = (id: string, changes: Partial<IncidentRecord> = {}): IncidentRecord => ({
  id,
  service: "or'der",
  route: '',
  platform: '',
  kind: 'latency',
  state: 'open',
  startUnixNanos: from + 1n,
  endUnixNanos: from + 20n,
  baselineFromUnixNanos: from - MINUTE,
  baselineP99Nanos: 4.5e6,
  peakP99Nanos: 3e8,
  requests: 90,
  routes: ['/a', "/b'"],
  platforms: [],
  message: '',
  verdict: '',
  sentence: '',
  confidence: '',
  explainedUntilUnixNanos: 0n,
  detectedUnixMillis: 17,
  version: 1,
  ...changes,
});

const withoutTime = (stored: StoredIncident): IncidentRecord => {
  const { changedUnixMillis: _, ...rest } = stored;
  return rest;
};

beforeAll(async () => {
  await world.store.migrate();
  await planted.insertPlanted(world.store, from);
});

test('of an incident the highest version counts, whoever wrote it and in whatever order, before and after merges', async () => {
  const { incidents } = world.store;
  const one = record('a'.repeat(16), { sentence: 'one\n\n; DROP TABLE incidents', version: 3, state: 'resolved' });
  await incidents.put([one]);
  await incidents.put([record('a'.repeat(16)), record('b'.repeat(16), { startUnixNanos: from + 2n })]);
  await incidents.put([record('c'.repeat(16), { state: 'merged' })]);
  const all = { window, limit: 10 };
  const read = async () => (await incidents.list(all)).map(withoutTime);
  const wanted = [record('b'.repeat(16), { startUnixNanos: from + 2n }), one];
  expect(await read()).toEqual(wanted);
  await world.clickhouse.command({ name: 'test', sql: `OPTIMIZE TABLE ${world.database}.incidents FINAL` });
  expect(await read()).toEqual(wanted);
  expect(await incidents.list({ ...all, state: 'open' })).toHaveLength(1);
  expect(await incidents.list({ ...all, service: 'nobody' })).toEqual([]);
  const [first] = await incidents.list({ ...all, limit: 1 });
  expect((await incidents.list({ ...all, after: first })).map(({ id }) => id)).toEqual([one.id]);
  expect((await incidents.get(one.id))?.sentence).toBe(one.sentence);
  expect(await incidents.get('f'.repeat(16))).toBeUndefined();
});

test('what a verdict rests on is kept with it', async () => {
  const { incidents } = world.store;
  const sampled = { kept: 10, total: 20, perSecond: 1.5 };
  const coverage = {
    ringSubmitted: 3,
    ringLost: 1,
    published: 2,
    inserted: 2,
    requests: sampled,
    baselineRequests: sampled,
    watched: [{ kind: 'http_requests', share: 0.056, shedShare: 0.944 }],
    bindings: { exact: 4, inherited: 1, none: 0 },
  };
  await incidents.put([record('9'.repeat(16), { coverage, state: 'resolved' })]);
  expect((await incidents.get('9'.repeat(16)))?.coverage).toEqual(coverage);
});

test('changes come by the time of the server', async () => {
  const { incidents } = world.store;
  const since = await incidents.nowUnixMillis();
  await incidents.put([record('d'.repeat(16)), record('e'.repeat(16), { service: 'other' })]);
  expect((await incidents.changes(since)).map(({ id }) => id[0])).toEqual(['d', 'e']);
  expect((await incidents.changes(since, 'other')).map(({ id }) => id[0])).toEqual(['e']);
  expect(await incidents.changes((await incidents.nowUnixMillis()) + 60_000)).toEqual([]);
});

test('intervals are ten seconds of a service, route and platform, oldest first', async () => {
  const rows = await world.store.incidents.intervals(window);
  expect(rows).toHaveLength(6 * 2 * 2);
  expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(600);
  expect(rows[0]?.startUnixNanos).toBe(from);
  const slow = rows.filter(({ startUnixNanos }) => startUnixNanos === from + 30_000_000_000n);
  for (const { histogram } of slow) expect(quantileOf(histogram, 0.99) / 3e8).toBeCloseTo(1, 0);
  expect(await world.store.incidents.intervals(window, 'nobody')).toEqual([]);
  expect(await world.store.incidents.services(window)).toEqual({ watched: ['order'], withSpans: [], leftOut: 0 });
});

test('a crash comes with its line; a panic may be recovered from and is none', async () => {
  const rows = [
    { ts: from, kind: PROBE_EVENT_KINDS.fatal, message: 'concurrent map writes', stack: planted.WAITER_STACK },
    { ts: from + 5n, kind: PROBE_EVENT_KINDS.panic, message: 'no crash' },
  ];
  await world.store.insertBlocks('probe_events', [rowsBlock('probe_events', rows)], 'incident-crashes');
  expect(await world.store.incidents.crashes(from)).toEqual([
    { service: 'order', platform: 'p', unixNanos: from, message: 'concurrent map writes', site: planted.GET },
  ]);
  expect(await world.store.incidents.crashes(from + 1n)).toEqual([]);
});
