/** Incidents over HTTP, and the detector beneath: everything that lasts is in the store, whoever wrote it. */
import { incident, incidentsAnswer, problem, rootCauseAnswer } from '@mapscope/contract';
import type { ScopeInterval } from '@mapscope/store';
import { expect, onTestFinished, test } from 'vitest';
import { explainFrom } from '../queries/explainer.ts';
import { memoryIncidents } from '../testing/memory-incidents.ts';
import { NOW_NANOS, plainStore } from '../testing/plain-store.ts';
import { plantedEvidence, plantRequests } from '../testing/planted-evidence.ts';
import { readEvents } from '../testing/read-events.ts';
import { runningApi } from '../testing/running-api.ts';
import { startDetector, type Detector } from './detector.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const FAULT = NOW_NANOS - 5n * MINUTE;

/** The roll-up of the planted requests, as far as they are over. */
function intervals(until: bigint, fault: bigint): readonly ScopeInterval[] {
  const step = 10n * SECOND;
  const over = plantRequests(FAULT - 11n * MINUTE, fault, until).filter(
    (one) => one.startUnixNanos + BigInt(one.durationNanos) <= until,
  );
  const buckets = Map.groupBy(over, (one) => one.startUnixNanos - (one.startUnixNanos % step));
  return [...buckets].map(([startUnixNanos, members]) => {
    const histogram = new Map<number, number>();
    for (const { durationNanos } of members) {
      const bucket = Math.floor(4 * Math.log2(durationNanos));
      histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
    }
    return { service: 'order', route: '/order', platform: 'p', startUnixNanos, requests: members.length, histogram };
  });
}

/** A world whose clock turns only when it is asked to; every pause of a detector waits for the next turn. */
function world(begin: bigint = NOW_NANOS, fault: bigint = FAULT) {
  let now = begin;
  let pauses: (() => void)[] = [];
  const incidents = memoryIncidents({
    intervals: () => intervals(now, fault),
    crashes: () => crashes.filter(({ unixNanos }) => unixNanos <= now),
    nowUnixMillis: () => Number(now / 1_000_000n),
  });
  const crashes: { service: string; platform: string; unixNanos: bigint; message: string; site: undefined }[] = [];
  const evidence = plantedEvidence(FAULT, NOW_NANOS);
  const logged: unknown[] = [];
  const detect = (store = incidents): Detector => {
    const detector = startDetector({
      incidents: store,
      evidence,
      explain: explainFrom(evidence),
      clock: { unixNanos: () => now, monotonicNanos: () => now },
      log: (line) => void logged.push(line),
      pause: (_millis, signal) =>
        new Promise((resolve) => {
          pauses.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        }),
    });
    onTestFinished(() => detector.close());
    return detector;
  };
  const turn = (nanos: bigint): void => {
    now += nanos;
    const waiting = pauses;
    pauses = [];
    for (const go of waiting) go();
  };
  return { incidents, evidence, detect, turn, crashes, logged, now: () => now };
}

const HOUR = { fromUnixNanos: NOW_NANOS - 60n * MINUTE, toUnixNanos: NOW_NANOS + MINUTE };
const shown = (one: ReturnType<typeof world>) => one.incidents.list({ window: HOUR, limit: 100 });

test('a fault becomes one incident with its sentence, however many detectors there are and however often they start', async () => {
  const here = world();
  const first = here.detect();
  here.detect();
  await expect.poll(async () => (await shown(here)).map(({ verdict }) => verdict)).toEqual(['contention']);
  await first.close();
  here.detect();
  for (let i = 0; i < 5; i++) {
    here.turn(2n * SECOND);
    await expect.poll(async () => (await shown(here)).length).toBe(1);
  }
  const [one] = await shown(here);
  expect(one).toMatchObject({
    service: 'order',
    kind: 'latency',
    startUnixNanos: FAULT,
    state: 'open',
    confidence: 'high',
  });
  expect(one?.sentence).toContain('cache.go:88');
});

test.each([0n, 1n, 3n, 5n, 7n, 9n])(
  'from a fault %d s into a step to its incident are less than 30 s',
  async (late) => {
    const fault = FAULT + late * SECOND;
    const seen = world(fault, fault);
    const detector = seen.detect();
    let seconds = 0;
    while ((await shown(seen)).length === 0 && seconds < 60) {
      seen.turn(SECOND);
      seconds++;
      // Both loops have looked when both wait again.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seconds).toBeLessThan(30);
    await detector.close();
  },
);

test('a crash is an incident at the next look', async () => {
  const here = world();
  here.detect();
  here.crashes.push({
    service: 'pay',
    platform: 'p',
    unixNanos: NOW_NANOS + SECOND,
    message: 'all goroutines are asleep - deadlock!',
    site: undefined,
  });
  await new Promise((resolve) => setImmediate(resolve));
  here.turn(SECOND);
  const crash = async () => (await shown(here)).find(({ kind }) => kind === 'crash');
  await expect
    .poll(crash)
    .toMatchObject({ service: 'pay', state: 'open', sentence: 'pay crashed: all goroutines are asleep - deadlock!.' });
});

test('a store that is away is told once and asked again', async () => {
  const here = world();
  let asked = 0;
  const away = { ...here.incidents, list: () => Promise.reject(new Error(`away ${++asked}`)) };
  here.detect(away);
  await expect.poll(() => asked).toBeGreaterThan(1);
  for (let i = 0; i < 3; i++) here.turn(5n * SECOND);
  await expect.poll(() => asked).toBeGreaterThan(3);
  expect(here.logged).toEqual([expect.objectContaining({ event: 'incidents-not-looked-for', code: 'INTERNAL' })]);
});

async function api() {
  const here = world();
  const detector = here.detect();
  await expect.poll(async () => (await shown(here))[0]?.verdict).toBe('contention');
  await detector.close();
  const store = plainStore({ evidence: here.evidence, incidents: here.incidents });
  return { here, ...(await runningApi({ store })) };
}

test('the list, one of them, and its link tell the same', async () => {
  const { get } = await api();
  const list = incidentsAnswer.parse(await (await get('/api/v1/incidents?from=now-1h')).json());
  const [one] = list.items;
  expect([list.services, list.servicesLeftOut, list.items.length, list.nextCursor]).toEqual([1, 0, 1, null]);
  expect(one).toMatchObject({ service: 'order', ongoing: true, state: 'open', verdict: 'contention', kind: 'latency' });
  expect(one?.window.to).toBe('2026-11-25T09:24:00.000000000Z');
  expect(incident.parse(await (await get(`/api/v1/incidents/${one?.id}`)).json())).toEqual(one);
  const linked = rootCauseAnswer.parse(await (await get(one?.rootCauseUrl ?? '')).json());
  expect([linked.verdict, linked.sentence]).toEqual([one?.verdict, one?.sentence]);
  expect(one?.coverage?.requests?.total).toBeGreaterThan(0);
  expect(one?.coverage).toEqual(linked.coverage);
  expect(incidentsAnswer.parse(await (await get('/api/v1/incidents?state=resolved')).json()).items).toEqual([]);
});

test('pages go on behind the last one, in the window of the first', async () => {
  const { get, here } = await api();
  const [one] = await shown(here);
  if (one === undefined) throw new Error('nothing was found');
  const more = [1n, 2n, 3n].map((n) => ({
    ...one,
    id: n.toString(16).padStart(16, '0'),
    startUnixNanos: FAULT - n * SECOND,
  }));
  await here.incidents.put(more);
  const ids: string[] = [];
  let path = '/api/v1/incidents?from=now-1h&limit=3';
  for (let page = 0; page < 5; page++) {
    const { items, nextCursor } = incidentsAnswer.parse(await (await get(path)).json());
    ids.push(...items.map(({ id }) => id));
    if (typeof nextCursor !== 'string') break;
    path = `/api/v1/incidents?from=now-1h&limit=3&after=${nextCursor}`;
  }
  expect(ids).toEqual([one.id, ...more.map(({ id }) => id)]);
});

test.each([
  ['/api/v1/incidents?limit=99999', 400, 'from 1 to 500'],
  ['/api/v1/incidents?state=gone', 400, 'give one of open, resolved'],
  ['/api/v1/incidents?after=x', 400, 'give nextCursor of the page before'],
  ['/api/v1/incidents?from=now-90d', 400, 'narrow it'],
  ['/api/v1/incidents/xyz', 400, '16 hex digits'],
  [`/api/v1/incidents/${'f'.repeat(16)}`, 404, 'lists what there is'],
  ['/api/v1/incidents/stream?after=x', 400, 'is not the id of an event'],
  ['/api/v1/locks?service=order&from=now-9d', 400, 'at most 24 h are read: narrow it'],
  ['/api/v1/locks/0xzz?service=order', 400, 'up to 16 hex digits'],
  ['/api/v1/locks/0x1', 400, 'service'],
  ['/api/v1/locks/0x1?service=order', 404, '/api/v1/locks lists what there is'],
  ['/api/v1/maps/0x1?service=order', 404, '/api/v1/maps lists what there is'],
  ['/api/v1/maps?service=order&limit=501', 400, 'from 1 to 500'],
  ['/api/v1/contention/series?service=order&role=owner', 400, 'give one of waiter, releaser'],
  ['/api/v1/contention/series?service=order&from=now-7d&step=1s', 400, 'give at least 121s'],
])('%s is %d with the mend', async (path, status, told) => {
  const { get } = await runningApi();
  const response = await get(path);
  expect([response.status, problem.parse(await response.json()).detail]).toEqual([
    status,
    expect.stringContaining(told),
  ]);
});

test('the stream begins with what is open, tells changes, and goes on after a break', async () => {
  const { here, get } = await api();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const open = async (headers = {}) => {
    const events = readEvents(await get('/api/v1/incidents/stream', { signal: stop.signal, headers }));
    return async () => (await events.next()).value;
  };
  const next = await open();
  const hello = await next();
  expect(hello?.event).toBe('');
  const first = await next();
  expect([first?.event, incident.parse(JSON.parse(first?.data ?? '')).ongoing]).toEqual(['incident', true]);
  const [one] = await shown(here);
  if (one === undefined) throw new Error('nothing was found');
  here.turn(10n * SECOND);
  await here.incidents.put([{ ...one, state: 'resolved', version: one.version + 100_000 }]);
  const changed = await next();
  expect(incident.parse(JSON.parse(changed?.data ?? ''))).toMatchObject({ id: one.id, state: 'resolved' });
  const again = await open({ 'last-event-id': hello?.id ?? '' });
  await again();
  expect(incident.parse(JSON.parse((await again())?.data ?? ''))).toMatchObject({ id: one.id, state: 'resolved' });
});
