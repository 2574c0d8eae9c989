import { seededRng } from '@mapscope/rootcause';
import type { ScopeInterval } from '@mapscope/store';
import { expect, test } from 'vitest';
import { episodesOf } from './episodes.ts';
import { seriesOf } from './series.ts';

const SECOND = 1_000_000_000n;
const START = 1_795_598_400n * SECOND;
const at = (seconds: number): bigint => START + BigInt(seconds) * SECOND;
const scope = { service: 'order', route: '/order', platform: 'amd64' };
/** 4 · log2 of nanoseconds */
const bucket = (millis: number): number => Math.floor(4 * Math.log2(millis * 1e6));

interface Given extends Partial<typeof scope> {
  readonly seconds: number;
  readonly requests?: number;
  readonly highMillis?: number;
}

const interval = ({ seconds, requests = 200, highMillis = 40, ...changes }: Given): ScopeInterval => ({
  ...scope,
  ...changes,
  startUnixNanos: at(seconds),
  requests,
  histogram: new Map([
    [bucket(20), requests - Math.ceil(requests / 20)],
    [bucket(highMillis), Math.ceil(requests / 20)],
  ]),
});

/** Ten-second intervals from 0 to `until`, high between `from` and `to`. */
function history(until: number, [from, to]: readonly [number, number], changes: Omit<Given, 'seconds'> = {}) {
  return Array.from({ length: Math.ceil(until / 10) }, (_, i) => i * 10).map((seconds) =>
    interval({ ...changes, seconds, highMillis: seconds >= from && seconds < to ? 400 : 40 }),
  );
}

const window = (seconds: number) => ({ fromUnixNanos: START, toUnixNanos: at(seconds) });
const episodes = (rows: readonly ScopeInterval[], now: number) => episodesOf(seriesOf(rows, window(now)), at(now));

test('a rise is an episode from its first high step to its last, open while it lasts', () => {
  const rows = history(300, [200, 240]);
  const [closed, ...none] = episodes(rows, 300);
  expect([none, closed?.startUnixNanos, closed?.endUnixNanos, closed?.isOpen]).toEqual([[], at(200), at(240), false]);
  expect(closed?.baselineFromUnixNanos).toBe(at(0));
  expect(Number(closed?.peakP99Nanos) / 1e6).toBeGreaterThan(300);
  expect(episodes(history(240, [200, 240]), 240)).toMatchObject([{ startUnixNanos: at(200), isOpen: true }]);
});

test('the step under way opens an episode early, and closes none', () => {
  // 12 s after the fault: one whole step, and two seconds of the next.
  const early = [...history(210, [200, 210]), interval({ seconds: 210, requests: 40, highMillis: 400 })];
  expect(episodes(early, 212)).toMatchObject([{ isOpen: true, startUnixNanos: at(200) }]);
  const calm = [...history(230, [200, 220]), interval({ seconds: 230, requests: 40, highMillis: 40 })];
  expect(episodes(calm, 232)).toMatchObject([{ isOpen: true }]);
});

const both = (to: number) => [
  ...history(300, [200, 250]),
  ...history(300, [210, to], { route: '/list' }),
  ...history(300, [0, 0], { route: '/pay' }),
];

test('routes and platforms that rise together are one episode; one of several is named', () => {
  const [one, ...none] = episodes(both(260), 300);
  expect(none).toEqual([]);
  expect(one).toMatchObject({ route: '', platform: '', routes: ['/list', '/order'], platforms: ['amd64'] });
  expect([one?.startUnixNanos, one?.endUnixNanos]).toEqual([at(200), at(260)]);
  expect(episodes(both(0), 300)).toMatchObject([{ route: '/order', routes: ['/order'] }]);
});

test('spikes within a minute are one, later ones another; other services are others', () => {
  const rows = history(600, [0, 0]).map((row, i) =>
    [20, 21, 22, 26, 27, 45, 46].includes(i) ? { ...row, ...high(i) } : row,
  );
  const found = episodes([...rows, ...rows.map((row) => ({ ...row, service: 'other' }))], 600);
  expect(found.map(({ service, startUnixNanos, endUnixNanos }) => [service, startUnixNanos, endUnixNanos])).toEqual([
    ['order', at(200), at(280)],
    ['order', at(450), at(470)],
    ['other', at(200), at(280)],
    ['other', at(450), at(470)],
  ]);
});

const high = (i: number) => interval({ seconds: i * 10, highMillis: 400 });

test('a service without requests for a minute has no open episode', () => {
  expect(episodes(history(240, [200, 240]), 320)).toMatchObject([{ isOpen: false, endUnixNanos: at(240) }]);
});

test.each([2, 5, 40])('%d requests in ten seconds of heavy-tailed noise are no incident', (requests) => {
  let found = 0;
  for (let seed = 0; seed < 40; seed++) {
    const rng = seededRng(seed + 1000 * requests);
    const rows = Array.from({ length: 180 }, (_, i): ScopeInterval => {
      const histogram = new Map<number, number>();
      for (let n = 0; n < requests; n++) {
        // Log-normal by twelve uniform numbers: median 20 ms, σ 0.8: every hundredth beyond 130 ms.
        const normal = Array.from({ length: 12 }, () => rng()).reduce((sum, value) => sum + value, -6);
        const at = bucket(20 * Math.exp(0.8 * normal));
        histogram.set(at, (histogram.get(at) ?? 0) + 1);
      }
      return { ...scope, startUnixNanos: at(i * 10), requests, histogram };
    });
    found += episodes(rows, 1800).length;
  }
  expect(found).toBeLessThanOrEqual(1);
});
