import type { RootCause } from '@mapscope/rootcause';
import { expect, test } from 'vitest';
import { toLatencySeries, toRootCauseAnswer } from './convert.ts';
import { rootCauseAnswer } from './root-cause.ts';

const site = (line: number) => ({ function: 'main.(*Cache).Get', file: 'cache.go', line });
const window = { fromUnixNanos: 1_795_598_580_000_000_001n, toUnixNanos: 1_795_598_640_000_000_000n };
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const half = { value: 0.5, low: 0.4, high: 0.6 };

const unexplained: RootCause = {
  verdict: 'unexplained',
  service: 'order',
  window,
  baseline: window,
  windowSource: 'spike',
  requests: 100,
  slowRequests: 2,
  baselineRequests: 50,
  p99Nanos: { value: 310e6, low: 300e6, high: 320e6 },
  baselineP99Nanos: { value: 40e6, low: 39e6, high: 41e6 },
  candidates: [],
  timeCauses: [],
  attributes: [],
  nextProbes: [],
  reasons: ['no lock stands out'],
  platforms: [{ platform: 'arch=arm64', slowRequests: 2, requests: 100, waiting: half }],
  contentionThreshold: 0.15,
  coverage: {
    ringSubmitted: 10,
    ringLost: 0,
    published: 10,
    inserted: 10,
    requests: { kept: 100, total: 200, perSecond: 20 },
    baselineRequests: { kept: 50, total: 50, perSecond: Number.NaN },
    watched: [{ kind: 'http_requests', share: 0.05, shedShare: 0.95 }],
  },
  exactBinding: Number.NaN,
  confidence: 'low',
  sentence: 'p99 rose and no lock explains it.',
};

const cause: NonNullable<RootCause['cause']> = {
  waiter: site(42),
  lockKind: 'rwmutex_read',
  locks: ['0xc000010000'],
  releasedAt: site(88),
  releasedAtShare: 0.9,
  explained: half,
  prevalence: half,
  pValue: 0.001,
  contentionRatio: 0.31,
  contentionRatioBaseline: 0.02,
  doseResponse: 0.8,
  p99WithoutNanos: 61e6,
  waits: 7,
  exemplarTraceIds: [trace],
};

test('a blamed lock stands at the top of the answer, in milliseconds', () => {
  const answer = rootCauseAnswer.parse(
    toRootCauseAnswer({ ...unexplained, verdict: 'contention', cause, candidates: [cause] }),
  );
  expect(answer).toMatchObject({
    waiter: { line: 42 },
    releasedAt: { line: 88 },
    explained: half,
    p99: { beforeMs: { value: 40 }, duringMs: { value: 310, low: 300 }, counterfactualMs: 61 },
    contentionRatio: 0.31,
    exemplarTraceIds: [trace],
    window: { from: '2026-11-25T09:23:00.000000001Z' },
  });
});

test('who held the lock, and what its holder waited for, are told with it', () => {
  const links = [{ waiter: site(60), lock: '0xc0000200', releasedAt: site(61), share: 0.8 }];
  const held = {
    ...cause,
    heldBy: { route: '/list', share: 0.7, traceId: trace },
    chain: { links: [...links, { waiter: site(70), lock: '0xc000010000', share: 0.5 }], isCycle: true },
  };
  const [candidate] = rootCauseAnswer.parse(toRootCauseAnswer({ ...unexplained, candidates: [held] })).candidates;
  expect(candidate).toMatchObject({
    heldBy: { route: '/list', share: 0.7, traceId: trace },
    chain: { links: [{ waiter: { line: 60 }, releasedAt: { line: 61 } }, { releasedAt: null }], isCycle: true },
  });
  const nameless = toRootCauseAnswer({
    ...unexplained,
    candidates: [{ ...held, heldBy: { ...held.heldBy, traceId: '' } }],
  });
  expect(nameless.candidates[0]?.heldBy).toBeUndefined();
});

test('what is no lock stands there as well, with its remedy', () => {
  const { waiter: _waiter, lockKind: _kind, locks: _locks, waits: _waits, ...weighing } = cause;
  const timeCause = { ...weighing, kind: 'downstream' as const, host: 'stock:8080', events: 9 };
  const found = {
    ...unexplained,
    verdict: 'downstream' as const,
    timeCause,
    timeCauses: [timeCause],
    remedy: 'ask it',
  };
  expect(rootCauseAnswer.parse(toRootCauseAnswer(found))).toMatchObject({
    waiter: null,
    timeCause: { kind: 'downstream', host: 'stock:8080', site: null },
    timeCauses: [{ events: 9 }],
    explained: half,
    p99: { counterfactualMs: 61 },
    remedy: 'ask it',
  });
});

test('where nobody is blamed, nothing is claimed, and what JSON cannot say is null', () => {
  const answer = rootCauseAnswer.parse(
    toRootCauseAnswer({ ...unexplained, p99Nanos: { value: Number.NaN, low: Number.NaN, high: Number.NaN } }),
  );
  expect(answer).toMatchObject({
    waiter: null,
    releasedAt: null,
    explained: null,
    p99: { duringMs: null, counterfactualMs: null },
    contentionRatio: null,
    exactBinding: null,
    route: null,
    timeCause: null,
    remedy: null,
  });
});

test('a latency series is columns of one length', () => {
  const points = [
    { startUnixNanos: 1_795_598_580_000_000_000n, requests: 3, p50Nanos: 1e6, p99Nanos: 2e6 },
    { startUnixNanos: 1_795_598_590_000_000_000n, requests: 0, p50Nanos: Number.NaN, p99Nanos: Number.NaN },
  ];
  expect(toLatencySeries(points)).toEqual({
    startUnixMs: [1_795_598_580_000, 1_795_598_590_000],
    requests: [3, 0],
    p50Ms: [1, null],
    p99Ms: [2, null],
  });
});
