/**
 * Incidents over the real engine: rows go in as an agent's blocks, second by second of a clock that the test turns, so that
 * no promise rests on the speed of the machine. With MAPSCOPE_MEASURE=1 the real clock runs and the targets are asserted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { incidentsAnswer, lockAnswer, locksAnswer } from '@mapscope/contract';
import { PROBE_EVENT_KINDS } from '@mapscope/events';
import { openStore, type Store } from '@mapscope/store';
import { expect, inject, onTestFinished, test } from 'vitest';
import { explainFrom } from '../queries/explainer.ts';
import { plantRequests, type Planted } from '../testing/planted-evidence.ts';
import { block, proof, requestRow, waitRow } from '../testing/planted-rows.ts';
import { runningApi } from '../testing/running-api.ts';
import { startDetector } from './detector.ts';
import { lookForSpikes } from './look.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    clickhouseUrl: string;
  }
}

const url = inject('clickhouseUrl');
const isGiven = typeof url === 'string';
const reason = isGiven ? '' : ' (skipped: no engine, see infra/test/world.ts)';
const isMeasured = process.env['MAPSCOPE_MEASURE'] === '1';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const realNow = (): bigint => BigInt(Date.now()) * 1_000_000n;

async function open(database: string): Promise<Store> {
  const store = await openStore({ url, database });
  onTestFinished(() => store.close());
  return store;
}

/** A database, and a way to put planted requests that end within a stretch of time into it. */
async function world() {
  const database = `incidents_${process.pid}_${Date.now()}_${Math.floor(Math.random() * 1e9)}`;
  const store = await open(database);
  await store.migrate();
  let inserts = 0;
  const insert = async (rows: readonly Planted[]): Promise<void> => {
    if (rows.length === 0) return;
    const token = `${database}_${++inserts}`;
    await store.insertBlocks('http_requests', [block('http_requests', rows.map(requestRow))], token);
    const waits = rows.filter(({ waitNanos }) => waitNanos > 0).map(waitRow);
    if (waits.length > 0) await store.insertBlocks('lock_waits', [block('lock_waits', waits)], token);
  };
  return { store, database, insert };
}

const endsWithin = (from: bigint, to: bigint) => (one: Planted) => {
  const end = one.startUnixNanos + BigInt(one.durationNanos);
  return end > from && end <= to;
};

const needs = (from: Store, now: bigint) => ({
  incidents: from.incidents,
  evidence: from.evidence,
  clock: { unixNanos: () => now },
});

/** Rows are to be queried a second after they ended, as the pipeline's freshness promises. */
const FRESH = SECOND;

test.skipIf(!isGiven).for([
  [3n, 'young: raw rows'],
  [12n, 'the roll-up'],
] as const)(
  `from fault to incident are less than 30 s of the service's time, found once by two detectors (%s min of quiet, %s)${reason}`,
  async ([quietMinutes]) => {
    const { store, database, insert } = await world();
    // The fault begins in the middle of a step; all of it lies in the past, so that no row is from the future.
    const fault = (realNow() / (10n * SECOND)) * 10n * SECOND - 2n * MINUTE + 7n * SECOND;
    const all = plantRequests(fault - quietMinutes * MINUTE, fault, fault + MINUTE);
    await insert(all.filter(endsWithin(0n, fault)));
    const other = await open(database);
    let now = fault;
    const shown = () =>
      store.incidents.list({ window: { fromUnixNanos: fault - MINUTE, toUnixNanos: fault + 2n * MINUTE }, limit: 10 });
    while ((await shown()).length === 0 && now < fault + MINUTE) {
      await insert(all.filter(endsWithin(now - FRESH, now + 2n * SECOND - FRESH)));
      now += 2n * SECOND;
      await Promise.all([lookForSpikes(needs(store, now)), lookForSpikes(needs(other, now))]);
    }
    expect(Number((now - fault) / SECOND)).toBeLessThan(30);
    const [first, ...more] = await shown();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ service: 'order', kind: 'latency', state: 'open', route: '', platform: '' });
    // Another process, started anew, with the whole of six hours before it.
    await insert(all.filter(endsWithin(now - FRESH, fault + MINUTE)));
    await lookForSpikes(needs(await open(database), fault + MINUTE), 360n * MINUTE);
    expect((await shown()).map(({ id, startUnixNanos }) => [id, startUnixNanos])).toEqual([
      [first?.id, first?.startUnixNanos],
    ]);
    await lookForSpikes(needs(store, fault + 5n * MINUTE));
    expect(await shown()).toMatchObject([{ id: first?.id, state: 'resolved' }]);
  },
);

test.skipIf(!isGiven)(
  `a detector that runs explains what it found, and lock, platforms and brush agree with it${reason}`,
  async () => {
    const { store, insert } = await world();
    const now = (realNow() / SECOND) * SECOND;
    await insert(plantRequests(now - 8n * MINUTE, now - 2n * MINUTE, now));
    const clock = { unixNanos: () => now, monotonicNanos: () => process.hrtime.bigint() };
    const detector = startDetector({
      incidents: store.incidents,
      evidence: store.evidence,
      explain: explainFrom(store.evidence),
      clock,
      log: () => undefined,
      pause: (_millis, signal) => sleep(50, undefined, { signal }).catch(() => undefined),
    });
    onTestFinished(() => detector.close());
    const { get } = await runningApi({ store, clock });
    const list = async () => incidentsAnswer.parse(await (await get('/api/v1/incidents')).json()).items;
    await expect
      .poll(async () => (await list())[0]?.sentence, { timeout: 60_000, interval: 200 })
      .toMatch('cache.go:88');
    await detector.close();
    expect(await list()).toMatchObject([{ verdict: 'contention', ongoing: true }]);
    const locks = locksAnswer.parse(await (await get('/api/v1/locks?service=order')).json());
    expect(locks.items).toMatchObject([{ waits: 480, releasedAt: { line: 88 } }]);
    const lock = lockAnswer.parse(await (await get(`/api/v1/locks/${locks.items[0]?.address}?service=order`)).json());
    expect(lock.platforms).toMatchObject([{ requests: 8 * 60 * 20, waitingRequests: 480, waits: 480 }]);
    const [split] = lock.platforms;
    expect(split?.waiting.low).toBeLessThan(480 / 9600);
    expect(split?.waiting.high).toBeGreaterThan(480 / 9600);
    expect(lock.matrix).toMatchObject([{ waiter: { line: 42 }, releasedAt: { line: 88 }, waits: 480 }]);
  },
);

test.skipIf(!isGiven)(
  `hostile words over the real engine are words, and every table is still there${reason}`,
  async () => {
    const { store, insert } = await world();
    const now = realNow();
    await insert(plantRequests(now - MINUTE, now, now));
    const { get } = await runningApi({ store, clock: { unixNanos: () => now, monotonicNanos: () => now } });
    for (const word of ["\n\n'; DROP TABLE http_requests; -- {service:String}", '\\\'"` OR 1=1']) {
      const service = encodeURIComponent(word);
      for (const path of [
        'incidents?',
        'latency?',
        'contention?',
        'contention/series?',
        'locks?',
        'maps?',
        'platforms?',
      ]) {
        const response = await get(`/api/v1/${path}service=${service}`);
        expect([response.status, path, JSON.stringify(await response.json()).includes('cache.go')]).toEqual([
          200,
          path,
          false,
        ]);
      }
      const body = JSON.stringify({
        service: 'order',
        route: word,
        platform: word,
        window: { from: 'now-5m', to: 'now' },
      });
      const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      expect((await get('/api/v1/explain', asked)).status, word).toBe(200);
    }
    expect(
      (await store.services({ fromUnixNanos: now - MINUTE, toUnixNanos: now })).map(({ service }) => service),
    ).toEqual(['order']);
  },
);

const crashRow = (at: bigint) => ({
  ...proof,
  ts: at,
  kind: PROBE_EVENT_KINDS.fatal,
  message: 'concurrent map writes',
});

test.skipIf(!isGiven)(`a crash is an incident of the API at once${reason}`, async () => {
  const { store, database } = await world();
  const clock = { unixNanos: realNow, monotonicNanos: () => process.hrtime.bigint() };
  const detector = startDetector({
    incidents: store.incidents,
    evidence: store.evidence,
    explain: explainFrom(store.evidence),
    clock,
    log: () => undefined,
    pause: (millis, signal) => sleep(millis, undefined, { signal }).catch(() => undefined),
  });
  onTestFinished(() => detector.close());
  const { get } = await runningApi({ store, clock });
  const crashed = async () =>
    incidentsAnswer.parse(await (await get('/api/v1/incidents')).json()).items.map(({ sentence }) => sentence);
  expect(await crashed()).toEqual([]);
  const began = performance.now();
  await store.insertBlocks('probe_events', [block('probe_events', [crashRow(realNow())])], `${database}_crash`);
  await expect.poll(crashed, { timeout: 30_000, interval: 50 }).toEqual(['order crashed: concurrent map writes.']);
  const tookMillis = performance.now() - began;
  if (isMeasured) process.stdout.write(`crash to incident: ${tookMillis.toFixed(0)} ms\n`);
  expect(tookMillis).toBeLessThan(isMeasured ? 3000 : 30_000);
});

test.skipIf(!isGiven || !isMeasured)(
  `measured: from fault to incident in real time${reason}`,
  { timeout: 120_000 },
  async () => {
    const { store, insert } = await world();
    const fault = realNow() + SECOND;
    const all = plantRequests(fault - 12n * MINUTE, fault, fault + 2n * MINUTE);
    await insert(all.filter(endsWithin(0n, fault - SECOND)));
    const detector = startDetector({
      incidents: store.incidents,
      evidence: store.evidence,
      explain: explainFrom(store.evidence),
      clock: { unixNanos: realNow, monotonicNanos: () => process.hrtime.bigint() },
      log: () => undefined,
      pause: (millis, signal) => sleep(millis, undefined, { signal }).catch(() => undefined),
    });
    onTestFinished(() => detector.close());
    const told: string[] = [];
    let done = fault - SECOND;
    const window = { fromUnixNanos: fault - MINUTE, toUnixNanos: fault + 5n * MINUTE };
    for (let verdict = ''; verdict === '' && realNow() < fault + MINUTE;) {
      const until = realNow() - FRESH;
      await insert(all.filter(endsWithin(done, until)));
      done = until;
      await sleep(250);
      const [found] = await store.incidents.list({ window, limit: 1 });
      const seconds = (Number(realNow() - fault) / 1e9).toFixed(1);
      if (found !== undefined && told.length === 0) told.push(`incident ${seconds} s`);
      verdict = found?.verdict ?? '';
      if (verdict !== '') told.push(`verdict ${verdict} ${seconds} s`);
    }
    process.stdout.write(`after the fault: ${told.join(', ')}\n`);
    expect(Number(/[\d.]+/.exec(told[0] ?? '')?.[0] ?? 99)).toBeLessThan(30);
  },
);
