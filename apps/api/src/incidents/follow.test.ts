import type { IncidentRecord } from '@mapscope/store';
import { expect, test } from 'vitest';
import type { Episode } from './episodes.ts';
import { follow } from './follow.ts';

const SECOND = 1_000_000_000n;
const START = 1_795_598_400n * SECOND;
const at = (seconds: number): bigint => START + BigInt(seconds) * SECOND;

const episode = (from: number, to: number, changes: Partial<Episode> = {}): Episode => ({
  service: 'order',
  route: '',
  platform: '',
  startUnixNanos: at(from),
  endUnixNanos: at(to),
  baselineFromUnixNanos: at(from - 300),
  baselineP99Nanos: 40e6,
  peakP99Nanos: 400e6,
  requests: 100,
  routes: ['/order'],
  platforms: ['amd64'],
  isOpen: true,
  ...changes,
});

/** As a table would keep them. */
function table() {
  const rows = new Map<string, IncidentRecord>();
  const look = (now: number, ...episodes: readonly Episode[]): number => {
    const changed = follow([...rows.values()], episodes, at(now));
    for (const one of changed) rows.set(one.id, one);
    return changed.length;
  };
  return { look, rows, shown: () => [...rows.values()].filter(({ state }) => state !== 'merged') };
}

test('an incident is opened, grows, is resolved, and a look that sees nothing new writes nothing', () => {
  const { look, shown } = table();
  expect(look(20, episode(0, 20))).toBe(1);
  expect(look(21, episode(0, 20))).toBe(0);
  expect(look(30, episode(0, 30, { peakP99Nanos: 500e6 }))).toBe(1);
  expect(shown()).toMatchObject([{ state: 'open', startUnixNanos: at(0), endUnixNanos: at(30), peakP99Nanos: 500e6 }]);
  expect(look(50, episode(0, 30, { isOpen: false }))).toBe(1);
  expect(look(52, episode(0, 30, { isOpen: false }))).toBe(0);
  expect(shown()).toMatchObject([{ state: 'resolved', detectedUnixMillis: Number(at(20) / 1_000_000n) }]);
});

test('a window that has moved on keeps id and begin; back within a minute it goes on; later it is another', () => {
  const { look, shown } = table();
  look(20, episode(0, 20));
  const [first] = shown();
  look(2000, episode(300, 2000));
  expect(shown()).toMatchObject([{ state: 'resolved' }, { startUnixNanos: at(300) }]);
  const again = table();
  again.look(20, episode(0, 20));
  again.look(60, episode(10, 60));
  again.look(100, episode(10, 60, { isOpen: false }));
  again.look(140, episode(110, 140));
  expect(again.shown()).toMatchObject([{ id: first?.id, startUnixNanos: at(0), endUnixNanos: at(140), state: 'open' }]);
});

test('two processes that see the same begin write the same row; another begin is merged into the earlier one', () => {
  const [one, other] = [table(), table()];
  one.look(20, episode(0, 20));
  other.look(23, episode(0, 20));
  expect([...other.rows.keys()]).toEqual([...one.rows.keys()]);
  // A third saw late rows and opened it ten seconds later; both rows are in the table.
  const late = table();
  late.look(22, episode(10, 20));
  for (const [id, row] of late.rows) one.rows.set(id, row);
  expect(one.shown()).toHaveLength(2);
  one.look(30, episode(0, 30));
  expect(one.shown()).toMatchObject([{ startUnixNanos: at(0), endUnixNanos: at(30) }]);
  expect(one.look(31, episode(0, 30))).toBe(0);
});

test('an open one of which nothing is seen any more is resolved after a minute, also when it was noise', () => {
  const { look, shown } = table();
  look(20, episode(0, 20));
  expect(look(70)).toBe(0);
  expect(look(81)).toBe(1);
  expect(shown()).toMatchObject([{ state: 'resolved', endUnixNanos: at(20) }]);
});

test('an incident that spreads to other routes is on none alone, and keeps its id', () => {
  const { look, shown } = table();
  look(20, episode(0, 20, { route: '/order' }));
  const [first] = shown();
  expect(first?.route).toBe('/order');
  look(30, episode(0, 30, { routes: ['/list', '/order'] }));
  expect(shown()).toMatchObject([{ id: first?.id, route: '', routes: ['/list', '/order'] }]);
});

test('a version is above the one it was made from, whatever the clocks say', () => {
  const { look, shown } = table();
  look(20, episode(0, 20));
  const [first] = shown();
  look(19, episode(0, 30));
  expect(shown()[0]?.version).toBe(Number(first?.version) + 1);
});

test('other services, and crashes, are left alone', () => {
  const { look, rows } = table();
  look(20, episode(0, 20), episode(0, 20, { service: 'other' }));
  expect(rows.size).toBe(2);
  const [one] = [...rows.values()];
  if (one === undefined) throw new Error('nothing was opened');
  expect(follow([{ ...one, kind: 'crash' }], [], at(1000))).toEqual([]);
});
