/**
 * What must not matter does not, and what must, does: order of the evidence, units of time, a longer wait, attributes that say
 * nothing. Held over seeded worlds, so that a failure names its seed.
 */
import { describe, expect, test } from 'vitest';
import type { RootCause } from './answer.ts';
import type { RequestColumns, WaitColumns } from './evidence.ts';
import { judge } from './judge.ts';
import type { Evidence, WindowEvidence } from './judge.ts';
import { seededRng } from './statistics/rng.ts';
import { compared, ORIGIN } from './testing/planted.ts';
import { quiet, waiting, withInnocents } from './testing/services.ts';
import { NULL_WORLDS } from './testing/worlds/null-worlds.ts';
import { PLANTED_WORLDS } from './testing/worlds/planted-worlds.ts';

const SEEDS = [11, 12, 13, 14, 15];
const DRAWS = [...PLANTED_WORLDS, ...NULL_WORLDS];

/** Another kind of world for each seed. */
const evidenceOf = (seed: number): Evidence => compared(DRAWS[(seed * 5) % DRAWS.length]!(seed).plan);

const verdictOf = (answer: RootCause) => ({
  verdict: answer.verdict,
  waiter: answer.cause?.waiter,
  holder: answer.cause?.releasedAt,
  host: answer.timeCause?.host,
});

const shares = (answer: RootCause): readonly number[] =>
  [...answer.candidates, ...answer.timeCauses].map(({ explained }) => explained.value).sort((a, b) => a - b);

const changed = (evidence: Evidence, change: (window: WindowEvidence) => WindowEvidence): Evidence => ({
  ...evidence,
  spike: change(evidence.spike),
  baseline: change(evidence.baseline),
  rng: seededRng(5),
});

const same = (window: WindowEvidence): WindowEvidence => window;

function shuffled(n: number, seed: number): readonly number[] {
  const rng = seededRng(seed);
  return Array.from({ length: n }, (_, i) => ({ i, key: rng() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i);
}

const requestsAt = (requests: RequestColumns, order: readonly number[]): RequestColumns => ({
  ...requests,
  startUnixNanos: BigInt64Array.from(order, (i) => requests.startUnixNanos[i]!),
  durationNanos: Float64Array.from(order, (i) => requests.durationNanos[i]!),
  traceIds: order.map((i) => requests.traceIds[i]!),
  routes: order.map((i) => requests.routes[i]!),
  platforms: order.map((i) => requests.platforms[i]!),
  processes: Uint32Array.from(order, (i) => requests.processes![i]!),
});

const waitsAt = (waits: WaitColumns, order: readonly number[]): WaitColumns => ({
  ...waits,
  traceIds: order.map((i) => waits.traceIds[i]!),
  startUnixNanos: BigInt64Array.from(order, (i) => waits.startUnixNanos[i]!),
  waitNanos: Float64Array.from(order, (i) => waits.waitNanos[i]!),
  schedNanos: Float64Array.from(order, (i) => waits.schedNanos[i]!),
  lockAddresses: order.map((i) => waits.lockAddresses[i]!),
  waiterSites: Uint32Array.from(order, (i) => waits.waiterSites[i]!),
  holderSites: Uint32Array.from(order, (i) => waits.holderSites[i]!),
  lockKinds: order.map((i) => waits.lockKinds[i]!),
  bindings: order.map((i) => waits.bindings[i]!),
  rwStates: Uint8Array.from(order, (i) => waits.rwStates![i]!),
});

const mixedUp = (window: WindowEvidence): WindowEvidence => ({
  ...window,
  requests: requestsAt(window.requests, shuffled(window.requests.count, 1)),
  waits: waitsAt(window.waits, shuffled(window.waits.count, 2)),
});

const FACTOR = 3;
const later = (instants: BigInt64Array): BigInt64Array =>
  BigInt64Array.from(instants, (instant) => ORIGIN + (instant - ORIGIN) * BigInt(FACTOR));

const times = (nanos: Float64Array): Float64Array => nanos.map((value) => value * FACTOR);

/** Everything takes three times as long, between events as well. */
const slowedDown = (window: WindowEvidence): WindowEvidence => {
  const { requests, waits, stretches } = window;
  return {
    ...window,
    requests: {
      ...requests,
      startUnixNanos: later(requests.startUnixNanos),
      durationNanos: times(requests.durationNanos),
    },
    waits: {
      ...waits,
      startUnixNanos: later(waits.startUnixNanos),
      waitNanos: times(waits.waitNanos),
      schedNanos: times(waits.schedNanos),
    },
    ...(stretches !== undefined && {
      stretches: {
        ...stretches,
        startUnixNanos: later(stretches.startUnixNanos),
        durationNanos: times(stretches.durationNanos),
      },
    }),
  };
};

const text = (answer: RootCause): string =>
  JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

describe.each(SEEDS)('world %d', (seed) => {
  test('the order of the evidence changes neither verdict nor shares', () => {
    const evidence = evidenceOf(seed);
    const [straight, mixed] = [judge(changed(evidence, same)), judge(changed(evidence, mixedUp))];
    expect(verdictOf(mixed)).toEqual(verdictOf(straight));
    shares(mixed).forEach((share, i) => expect(share).toBeCloseTo(shares(straight)[i]!, 9));
  });

  test('an attribute that says nothing changes nothing', () => {
    const evidence = evidenceOf(seed);
    const rng = seededRng(seed);
    const tagged = (window: WindowEvidence): WindowEvidence => ({
      ...window,
      requests: {
        ...window.requests,
        platforms: window.requests.platforms.map(() => `arch=amd64;host=${Math.floor(rng() * 9)}`),
      },
    });
    const [plain, told] = [judge(changed(evidence, same)), judge(changed(evidence, tagged))];
    expect({ ...told, platforms: [], sentence: '' }).toEqual({ ...plain, platforms: [], sentence: '' });
  });

  test('the same evidence gives the same answer, byte for byte', () => {
    const evidence = evidenceOf(seed);
    expect(text(judge(changed(evidence, same)))).toBe(text(judge(changed(evidence, same))));
  });

  test('no nanosecond counts twice: all causes together explain no more than all', () => {
    const answer = judge(evidenceOf(seed));
    // Ones that dumps show are weighed over other requests than the rest.
    const overAll = [
      ...answer.candidates,
      ...answer.timeCauses.filter(({ kind }) => kind !== 'channel' && kind !== 'cpu'),
    ];
    expect(overAll.reduce((sum, { explained }) => sum + explained.value, 0)).toBeLessThanOrEqual(1 + 1e-9);
  });
});

test.each([1, 2, 3])('a unit of time is a unit: three times as slow gives the same shares (seed %d)', (seed) => {
  const plan = { before: withInnocents(quiet), during: withInnocents(waiting(0.3, 200)), seed };
  const [once, thrice] = [judge(compared(plan)), judge(changed(compared(plan), slowedDown))];
  expect(verdictOf(thrice)).toEqual(verdictOf(once));
  shares(thrice).forEach((share, i) => expect(share).toBeCloseTo(shares(once)[i]!, 6));
  expect(thrice.p99Nanos.value / once.p99Nanos.value).toBeCloseTo(FACTOR, 6);
});

test('the more of the extra time is the lock, the more it explains; blame begins once and stays', () => {
  const answers = [0, 20, 60, 100, 140, 200].map((lockMs) =>
    judge(
      compared({
        before: quiet,
        during: (context) => {
          const request = waiting(0.3, 200)(context);
          const waits = (request.waits ?? []).map((wait) => ({ ...wait, waitNanos: wait.waitNanos * (lockMs / 200) }));
          return { ...request, waits: lockMs === 0 ? [] : waits };
        },
      }),
    ),
  );
  const explained = answers.map(({ candidates }) => candidates[0]?.explained.value ?? 0);
  expect(explained).toEqual([...explained].sort((a, b) => a - b));
  const blamed = answers.map(({ verdict }) => verdict === 'contention');
  expect(blamed.indexOf(true)).toBeGreaterThan(2);
  expect(blamed.slice(blamed.indexOf(true)).every(Boolean)).toBe(true);
});
