/**
 * Too little evidence, damaged evidence, and the form of the answer.
 */
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared, MS, WHOLE } from './testing/planted.ts';
import type { Comparison, PlantedWait, Service } from './testing/planted.ts';
import { quiet, waiting, withInnocents } from './testing/services.ts';
import type { RootCause } from './answer.ts';

const judged = (plan: Comparison): RootCause => judge(compared(plan));

const tripled: Service = (context) => {
  const request = waiting(0.3, 60)(context);
  const waits = request.waits ?? [];
  return {
    ...request,
    durationNanos: request.durationNanos + waits.length * 120 * MS,
    waits: [...waits, ...waits, ...waits],
  };
};

const constant: Service = (context) => ({ ...waiting(0.3, 200)(context), traceId: 'a'.repeat(32) });

describe('too little evidence is said', () => {
  test.each<[string, Comparison, RegExp]>([
    [
      'few slow requests',
      { before: quiet, during: waiting(1, 200), perSecond: 100, seconds: 0.25 },
      /baseline has 25 requests \(100 needed\)/,
    ],
    ['no rise', { before: quiet, during: quiet }, /did not rise beyond its noise/],
    [
      'events lost',
      { before: quiet, during: waiting(0.3, 200), coverage: { ...WHOLE, ringLost: 100_000 } },
      /9 % of the probe's events were lost/,
    ],
    [
      'events not stored yet',
      { before: quiet, during: waiting(0.3, 200), coverage: { ...WHOLE, inserted: 500_000 } },
      /only 50 % of the events/,
    ],
  ])('%s', (_, plan, expected) => {
    const answer = judged(plan);
    expect(answer.verdict).toBe('too-little-evidence');
    expect(answer.cause).toBeUndefined();
    expect(answer.candidates).toEqual([]);
    expect(answer.sentence).toMatch(expected);
    expect(answer.confidence).toBe('low');
  });

  test('a long baseline does not make twenty slow requests enough', () => {
    const long = compared({ before: quiet, during: waiting(1, 200) });
    const short = compared({ before: quiet, during: waiting(1, 200), seconds: 0.2 });
    const answer = judge({ ...long, spike: short.spike });
    expect(answer.verdict).toBe('too-little-evidence');
    expect(answer.sentence).toContain('20 slow requests (30 needed)');
  });

  test('an empty store', () => {
    const answer = judged({ before: quiet, during: quiet, seconds: 0 });
    expect(answer.verdict).toBe('too-little-evidence');
    expect(answer.p99Nanos).toEqual({ value: 0, low: 0, high: 0 });
  });

  test('a little loss lowers the confidence only', () => {
    const answer = judged({
      before: quiet,
      during: waiting(0.3, 200),
      coverage: { ...WHOLE, inserted: 970_000, ringLost: 10_000 },
    });
    expect(answer.verdict).toBe('contention');
    expect(answer.confidence).toBe('medium');
  });
});

describe('damaged evidence', () => {
  test.each<[string, Partial<PlantedWait>]>([
    ['waits longer than their request', { waitNanos: 5000 * MS }],
    ['waits that begin before their request', { offsetNanos: -50 * MS }],
  ])('%s are clipped: nothing explains more than all', (_, wait) => {
    const answer = judged({ before: quiet, during: waiting(0.3, 200, wait) });
    for (const one of answer.candidates) {
      expect(one.explained.high).toBeLessThanOrEqual(1);
      expect(one.contentionRatio).toBeLessThanOrEqual(1);
      expect(one.p99WithoutNanos).toBeGreaterThanOrEqual(0);
    }
  });

  test.each([-200 * MS, Number.NaN, 2 ** 64 - 5])('a wait of %d is left out and counted', (waitNanos) => {
    const answer = judged({ before: quiet, during: waiting(0.3, 200, { waitNanos }) });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.reasons.join('\n')).toMatch(/left out: .* impossible length/);
  });

  test('the same wait told three times counts once', () => {
    const answer = judged({ before: quiet, during: tripled });
    expect(answer.candidates[0]?.explained.value).toBeCloseTo(60 / 180, 1);
    expect(answer.verdict).toBe('unexplained');
  });

  test('one trace id on all requests binds no wait to any', () => {
    const answer = judged({ before: quiet, during: constant });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.reasons.join('\n')).toContain('constant traceparent');
  });
});

test('the same evidence and seed give the same answer', () => {
  const plan = { before: quiet, during: waiting(0.3, 200) };
  expect(judged(plan)).toEqual(judged(plan));
});

test('the answer is plain JSON: no NaN, no bigint outside the windows', () => {
  const answer = judged({ before: withInnocents(quiet), during: withInnocents(waiting(0.3, 200)) });
  const text = JSON.stringify(answer, (_, value: unknown) => {
    if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
    return typeof value === 'bigint' ? String(value) : value;
  });
  expect(text).toContain('"verdict":"contention"');
  expect(Object.keys(answer.candidates[0]!)).not.toContain('waited');
});
