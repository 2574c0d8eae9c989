/**
 * Planted truths: a lock makes requests slow, and the verdict must name it.
 */
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared, GET, LOG, MS, PUT, REBUILD, SESSION, usualNanos } from './testing/planted.ts';
import type { Comparison, PlantedWait, Service } from './testing/planted.ts';
import { quiet, waiting, withInnocents } from './testing/services.ts';
import type { RootCause } from './answer.ts';

const judged = (plan: Comparison): RootCause => judge(compared(plan));
const waiterOf = (answer: RootCause): string | undefined => answer.cause?.waiter.function;

const slowOnArm: Service = (context) => {
  const arm = context.rng() < 0.5;
  return { ...(arm ? waiting(0.4, 200) : quiet)(context), platform: arm ? 'arch=arm64' : 'arch=amd64' };
};

describe('a guilty lock is found', () => {
  test('who waited, who held it, how much it explains, what p99 would have been', () => {
    const answer = judged({ before: quiet, during: waiting(0.3, 200) });
    expect(answer.verdict).toBe('contention');
    expect(answer.cause?.waiter).toEqual(GET);
    expect(answer.cause?.releasedAt).toEqual(REBUILD);
    expect(answer.cause?.releasedAtShare).toBe(1);
    expect(answer.cause?.explained.value).toBeGreaterThan(0.95);
    expect(answer.cause?.explained.low).toBeGreaterThan(0.9);
    expect(answer.p99Nanos.value).toBeGreaterThan(250 * MS);
    expect(answer.cause!.p99WithoutNanos / answer.baselineP99Nanos.value).toBeCloseTo(1, 0);
    expect(answer.cause?.contentionRatio).toBeGreaterThan(0.5);
    expect(answer.cause?.contentionRatioBaseline).toBe(0);
    expect(answer.cause?.exemplarTraceIds.length).toBe(5);
    expect(answer.confidence).toBe('high');
    expect(answer.exactBinding).toBe(1);
  });

  test('among busy innocent locks, which are weighed and not blamed', () => {
    const answer = judged({ before: withInnocents(quiet), during: withInnocents(waiting(0.3, 200)) });
    expect(waiterOf(answer)).toBe(GET.function);
    const others = answer.candidates.filter((one) => one.waiter.function !== GET.function);
    expect(others.map((one) => one.waiter.function).sort()).toEqual([LOG.function, SESSION.function]);
    for (const one of others) expect(one.explained.value).toBeLessThan(0.05);
    expect(answer.reasons.filter((line) => line.startsWith('ruled out')).length).toBe(2);
  });

  test('when every request of the window is slow', () => {
    const answer = judged({ before: withInnocents(quiet), during: withInnocents(waiting(1, 300)) });
    expect(answer.slowRequests / answer.requests).toBeGreaterThan(0.99);
    expect(waiterOf(answer)).toBe(GET.function);
    expect(answer.confidence).toBe('high');
  });

  test('when only one request in fifty is hit', () => {
    const answer = judged({ before: quiet, during: waiting(0.02, 300), perSecond: 200 });
    expect(waiterOf(answer)).toBe(GET.function);
  });

  test('when all waited on it before too, but briefly', () => {
    const answer = judged({ before: waiting(1, 1), during: waiting(1, 150) });
    expect(waiterOf(answer)).toBe(GET.function);
  });

  test('taken at several lines: one cause, all lines named', () => {
    const lock = '0x00000000c0000010';
    const two: Service = (context) =>
      waiting(0.4, 200, context.rng() < 0.55 ? { lock } : { lock, at: PUT, kind: 'rwmutex_write' })(context);
    const answer = judged({ before: quiet, during: two });
    expect(answer.cause?.waiter).toEqual(GET);
    expect(answer.cause?.alsoWaitedAt).toEqual([PUT]);
    expect(answer.cause?.locks).toEqual([lock]);
    expect(answer.cause?.explained.value).toBeGreaterThan(0.9);
  });

  test.each([
    ['in different requests', false],
    ['in the same requests', true],
  ])('of two guilty locks, 70 : 30 %s, the greater is named and the other weighed', (_, together) => {
    const both: Service = ({ rng }) => {
      const own = usualNanos(rng, 20 * MS);
      if (rng() >= 0.2) return { durationNanos: own };
      const long = 200 * MS * (0.5 + rng());
      const first: PlantedWait = { at: GET, offsetNanos: 0, waitNanos: together ? long * 0.7 : long };
      const second: PlantedWait = {
        at: PUT,
        offsetNanos: together ? long * 0.7 : 0,
        waitNanos: together ? long * 0.3 : long,
      };
      const waits = together ? [first, second] : [rng() < 0.7 ? first : second];
      return { durationNanos: own + long, waits };
    };
    const answer = judged({ before: quiet, during: both, perSecond: 200 });
    expect(waiterOf(answer)).toBe(GET.function);
    expect(answer.cause?.explained.value).toBeCloseTo(0.7, 1);
    expect(answer.candidates[1]?.waiter).toEqual(PUT);
    expect(answer.candidates[1]?.explained.value).toBeCloseTo(0.3, 1);
  });

  test('on one platform only', () => {
    const answer = judged({ before: quiet, during: slowOnArm });
    expect(answer.platforms[0]?.platform).toBe('arch=arm64');
    expect(answer.platforms[0]?.waiting.low).toBeGreaterThan(0.3);
    expect(answer.sentence).toContain('Only on arch=arm64.');
  });

  test('behind a convoy, the one who held it first is named, not the waiters who woke one another', () => {
    let batch = { start: 0, position: 0 };
    const convoy: Service = ({ rng, time }) => {
      const own = usualNanos(rng, 20 * MS);
      const now = time * 60e9;
      if (now - batch.start > 400 * MS) batch = { start: now, position: 0 };
      const left = batch.start + 250 * MS - now;
      if (left <= 0) return { durationNanos: own };
      const waitNanos = left + batch.position * 0.1 * MS;
      const by = batch.position === 0 ? REBUILD : GET;
      batch = { ...batch, position: batch.position + 1 };
      return { durationNanos: own + waitNanos, waits: [{ at: GET, by, offsetNanos: 0, waitNanos }] };
    };
    const answer = judged({ before: quiet, during: convoy });
    expect(answer.cause?.waiter).toEqual(GET);
    expect(answer.cause?.releasedAt).toEqual(REBUILD);
    expect(answer.cause?.releasedAtShare).toBeGreaterThan(0.9);
  });
});
