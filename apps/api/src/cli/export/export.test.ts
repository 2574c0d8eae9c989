/** The files are what their readers ask for, and hold what the API said: no wait more, no nanosecond less. */
import { gzipSync } from 'node:zlib';
import type { ContentionSeriesAnswer, LatencyAnswer } from '@mapscope/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lane, lanesOf } from './lanes.ts';
import { perfettoOfTrace, perfettoOfWindow } from './perfetto.ts';
import { encodePprof } from './pprof.ts';
import { varint } from './protobuf.ts';
import { callersOf, type ContentionSample, MAX_STACKS, samplesOfStacks, samplesOfTrace, totalsOf } from './samples.ts';
import { speedscopeOfSamples, speedscopeOfTrace } from './speedscope.ts';
import { speedscopeFile, type SpeedscopeFile, traceEventFile } from './testing/formats.ts';
import { goPprof, goRoot, lacksGo } from './testing/go-pprof.ts';
import { at, BEGIN, request, STACKS, span, TRACE, wait } from './testing/planted.ts';

const TIMES = { beginUnixNanos: BEGIN, durationNanos: 900_000_000_000n };
const pprof = (samples: readonly ContentionSample[]) => gzipSync(encodePprof(samples, TIMES, 'a test'));
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

test('a trace becomes lanes: goroutines with their requests and waits, SDK spans apart', () => {
  const { lanes, beginUnixNanos } = lanesOf(TRACE);
  expect(beginUnixNanos).toBe(BEGIN);
  expect(lanes.map(({ service, name, slices }) => [service, name, slices.map((slice) => slice.name)])).toEqual([
    [
      'order',
      'goroutine 7',
      ['POST /order', 'wait for rwmutex_read in cache.(*Cache).Get cache/cache.go:42', 'ready, no CPU'],
    ],
    ['stock', 'goroutine 19', ['POST /stock', 'wait for rwmutex_read in cache.(*Cache).Get cache/cache.go:42']],
    ['order', 'SDK spans', ['load']],
    ['order', 'SDK spans (2)', ['ask stock']],
  ]);
  expect(lanes[0]!.slices.map(({ startNanos, durationNanos }) => [startNanos, durationNanos])).toEqual([
    [0, 310e6],
    [20e6, 250e6],
    [270e6, 1.5e6],
  ]);
});

const isNested = ({ slices }: Lane): boolean => {
  const open: number[] = [];
  return slices.every(({ startNanos, durationNanos }) => {
    while ((open.at(-1) ?? Infinity) <= startNanos) open.pop();
    const fits = startNanos + durationNanos <= (open.at(-1) ?? Infinity);
    open.push(startNanos + durationNanos);
    return fits;
  });
};

const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })), { maxLength: 30 });

test('whatever the spans are, each is in one lane, and lanes are nested', () => {
  fc.assert(
    fc.property(spans, (drawn) => {
      const given = drawn.map(([start, durationMs], i) => span(`s${i}`, { start: at(start), durationMs }));
      const { lanes } = lanesOf({ ...TRACE, requests: [], waits: [], spans: given });
      expect(lanes.flatMap(({ slices }) => slices.map(({ name }) => name)).toSorted()).toEqual(
        given.map(({ name }) => name).toSorted(),
      );
      expect(lanes.every(isNested)).toBe(true);
      const file = speedscopeFile.parse(
        speedscopeOfTrace(lanesOf({ ...TRACE, requests: [], waits: [], spans: given }), 't'),
      );
      expect(file.profiles.every(isBalanced)).toBe(true);
    }),
    { interruptAfterTimeLimit: 1_500 },
  );
});

/** speedscope refuses a file whose closings do not answer the last opening, or whose times go back. */
function isBalanced(profile: SpeedscopeFile['profiles'][number]): boolean {
  if (profile.type !== 'evented') return false;
  const open: number[] = [];
  let last = profile.startValue;
  const inOrder = profile.events.every(({ type, frame, at: now }) => {
    const goesOn = now >= last;
    last = now;
    return goesOn && (type === 'O' ? open.push(frame) > 0 : open.pop() === frame);
  });
  return inOrder && open.length === 0 && last === profile.endValue;
}

test('Perfetto: slices in microseconds, named processes and threads, waits as long as the trace says', () => {
  const file = traceEventFile.parse(perfettoOfTrace(lanesOf(TRACE), 'trace'));
  const slices = file.traceEvents.filter((event) => event.ph === 'X');
  expect(slices).toHaveLength(7);
  const waited = sum(slices.filter(({ cat }) => cat === 'wait').map(({ dur }) => dur));
  expect(waited).toBe(sum(TRACE.waits.map(({ waitMs }) => waitMs)) * 1000);
  const names = file.traceEvents.flatMap((event) =>
    event.ph === 'M' && event.name !== 'thread_sort_index' ? [event.args['name']] : [],
  );
  expect(names).toEqual(['order', 'stock', 'goroutine 7', 'goroutine 19', 'SDK spans', 'SDK spans (2)']);
  expect(file.otherData['begin']).toBe('2026-11-25T09:23:00.000000000Z');
});

test('Perfetto of a window: one counter a line, whose values add up to what was waited', () => {
  const startUnixMs = [1_795_598_580_000, 1_795_598_590_000];
  const window = { from: at(0), to: at(20_000) };
  const coverage = { ringSubmitted: 1, ringLost: 0, published: 1, inserted: 1 };
  const site = {
    site: TRACE.waits[0]!.waiter,
    lockKinds: ['mutex' as const],
    totalWaits: 3,
    totalWaitMs: 7.5,
    waits: [1, 2],
    waitMs: [2.5, 5],
  };
  const series: ContentionSeriesAnswer = {
    service: 'order',
    window,
    stepMs: 10_000,
    role: 'waiter',
    threshold: 0.15,
    startUnixMs,
    requestMs: [1, 1],
    sites: [site],
    others: { sites: 2, waits: [0, 1], waitMs: [0, 0.25] },
    coverage,
  };
  const latency: LatencyAnswer = {
    service: 'order',
    window,
    stepMs: 10_000,
    series: { startUnixMs, requests: [1, 0], p50Ms: [1, null], p99Ms: [2, null] },
  };
  const { traceEvents } = traceEventFile.parse(perfettoOfWindow(series, latency, 'window'));
  const counters = traceEvents.filter((event) => event.ph === 'C');
  const waited = counters.filter(({ name }) => name.startsWith('waited'));
  expect(sum(waited.map(({ args }) => args['ms']!))).toBe(7.75);
  expect(counters.filter(({ name }) => name === 'p99')).toMatchObject([{ ts: 0, args: { ms: 2 } }]);
  expect(counters.map(({ ts }) => ts)).toContain(10_000_000);
});

test('speedscope: a trace is balanced lanes, a window two weighings of the same stacks', () => {
  const ofTrace = speedscopeFile.parse(speedscopeOfTrace(lanesOf(TRACE), 'trace'));
  expect(ofTrace.profiles.map(isBalanced)).toEqual([true, true, true, true]);
  const samples = samplesOfStacks(STACKS);
  const { profiles, shared } = speedscopeFile.parse(speedscopeOfSamples(samples, 'window'));
  const totals = totalsOf(samples);
  expect(profiles.map(({ endValue }) => endValue)).toEqual([totals.delayNanos, totals.contentions]);
  for (const profile of profiles) {
    if (profile.type !== 'sampled') throw new Error('a window is sampled');
    expect(profile.samples).toHaveLength(profile.weights.length);
    expect(profile.samples.flat().every((frame) => frame < shared.frames.length)).toBe(true);
  }
  const stacks = speedscopeFile.parse(speedscopeOfSamples(samplesOfTrace(TRACE, 'holder'), 'trace'));
  const [first] = stacks.profiles;
  // outermost first
  expect(first?.type === 'sampled' && first.samples[0]!.map((frame) => stacks.shared.frames[frame]!.name)).toEqual([
    'main.refresh',
    'example.com/shop/cache.(*Cache).Rebuild',
  ]);
});

test('samples hold every wait and nanosecond of what they were made of', () => {
  expect(totalsOf(samplesOfStacks(STACKS))).toEqual({ contentions: 22, delayNanos: 3_200_250_500 });
  expect(totalsOf(samplesOfTrace(TRACE, 'holder'))).toEqual({ contentions: 2, delayNanos: 254_250_000 });
  const many = Array.from({ length: MAX_STACKS }, () => STACKS.items[0]!);
  const beyond = samplesOfStacks({ ...STACKS, items: many, totalWaitMs: MAX_STACKS * 3_100.25 + 5 }).at(-1);
  expect(beyond).toMatchObject({ contentions: 0, delayNanos: 5e6 });
  // without a stack the line itself is known
  expect(samplesOfTrace(TRACE, 'waiter')[1]!.frames).toEqual([TRACE.waits[1]!.waiter]);
});

const site = (name: string) => ({ function: name, file: 'f.go', line: 1 });

const names = (...given: readonly string[]) => callersOf(given.map(site)).map((frame) => frame.function);

test('a stack begins where the program called into sync, as in Go’s own profiles', () => {
  expect(
    names(
      'runtime.readyWithTime',
      'runtime.semrelease1',
      'sync.runtime_Semrelease',
      'sync.(*RWMutex).Unlock',
      'main.f',
    ),
  ).toEqual(['sync.(*RWMutex).Unlock', 'main.f']);
  expect(names('main.f', 'runtime.main')).toEqual(['main.f', 'runtime.main']);
  expect(names('runtime.gcBgMarkWorker', 'runtime.goexit')).toEqual(['runtime.gcBgMarkWorker', 'runtime.goexit']);
});

test('varints are as protobuf writes them', () => {
  const cases: readonly (readonly [number | bigint, readonly number[]])[] = [
    [0, [0]],
    [1, [1]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ];
  for (const [value, bytes] of cases) expect([...varint(value)], String(value)).toEqual(bytes);
});

test.skipIf(goRoot === undefined)(`go tool pprof reads the profile, and its sums are ours${lacksGo}`, () => {
  const raw = goPprof(pprof(samplesOfStacks(STACKS)), '-raw');
  expect(raw).toContain('PeriodType: contentions count');
  expect(raw).toContain('contentions/count delay/nanoseconds[dflt]');
  const values = [...raw.matchAll(/^ +(\d+) +(\d+): /gm)].map(([, waits, nanos]) => [Number(waits), Number(nanos)]);
  expect(sum(values.map(([waits]) => waits!))).toBe(22);
  expect(sum(values.map(([, nanos]) => nanos!))).toBe(3_200_250_500);
  expect(raw).toContain('/src/shop/cache/cache.go:88');
  expect(goPprof(pprof(samplesOfTrace(TRACE, 'holder')), '-raw')).toContain(
    'waiter:[cache.(*Cache).Get cache/cache.go:42]',
  );
  const top = goPprof(pprof(samplesOfTrace(TRACE, 'holder')), '-top', '-sample_index=delay');
  expect(top).toContain('Type: delay');
  expect(top).toMatch(/Showing nodes accounting for 254\.25ms, 100% of 254\.25ms total/);
  expect(top).toMatch(/254\.25ms +100% +main\.refresh/);
  expect(goPprof(pprof(samplesOfStacks(STACKS)), '-top', '-sample_index=contentions')).toMatch(/100% of 22 total/);
});

test('an empty trace and a quiet window are files as well', () => {
  const nothing = { ...TRACE, requests: [], waits: [], spans: [] };
  expect(speedscopeFile.parse(speedscopeOfTrace(lanesOf(nothing), 'none')).profiles).toEqual([]);
  expect(traceEventFile.parse(perfettoOfTrace(lanesOf(nothing), 'none')).traceEvents).toEqual([]);
  expect(speedscopeFile.parse(speedscopeOfSamples([], 'none')).profiles).toHaveLength(2);
  const lonely = lanesOf({ ...nothing, waits: [wait({})], requests: [request({ service: 'other', goroutine: '8' })] });
  expect(lonely.lanes.map(({ name }) => name)).toEqual(['goroutine 8', 'goroutine 7']);
});
