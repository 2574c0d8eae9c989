/**
 * Planted lies: something else makes requests slow, and whichever lock stands beside it must not be blamed.
 */
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared, GET, LOG, MS, PUT, usualNanos } from './testing/planted.ts';
import type { Comparison, PlantedWait, Service } from './testing/planted.ts';
import { quiet, slower, waiting, withInnocents } from './testing/services.ts';
import type { RootCause } from './answer.ts';

const judged = (plan: Comparison): RootCause => judge(compared(plan));

const report =
  (share: number): Service =>
  (context) =>
    context.rng() < share
      ? { ...waiting(1, 200)(context), route: 'GET /report' }
      : { ...quiet(context), route: 'GET /order' };

const waitingOrSlow: Service = (context) => (context.rng() < 0.5 ? waiting(1, 10)(context) : slower(400)(context));

/** Three locks, each waited on for up to 8 ms by every request; a third of the requests is slow for its own reasons. */
const strewn: Service = ({ rng }) => {
  const own = usualNanos(rng, 20 * MS) + (rng() < 0.3 ? 300 * MS * rng() : 0);
  const waits = Array.from({ length: 3 }, (_, i): PlantedWait => ({
    at: [GET, PUT, LOG][i]!,
    offsetNanos: 0,
    waitNanos: rng() * 8 * MS,
  }));
  return { durationNanos: own, waits };
};

describe('the innocent are not blamed', () => {
  test('a slow dependency is not explained, and the busy locks are ruled out by name', () => {
    const answer = judged({ before: withInnocents(quiet), during: withInnocents(slower(400)) });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.cause).toBeUndefined();
    expect(answer.confidence).toBe('high');
    expect(answer.sentence).toContain('log.(*Logger).Log');
    expect(answer.sentence).toContain('no single lock explains it');
  });

  test('no waits at all', () => {
    const answer = judged({ before: quiet, during: slower(300) });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.candidates).toEqual([]);
    expect(answer.exactBinding).toBe(1);
  });

  test('a lock that 1.5 % of requests wait on, before as now, when everything gets 60 ms slower', () => {
    const before = waiting(0.015, 300);
    const during: Service = (context) => {
      const request = before(context);
      return { ...request, durationNanos: request.durationNanos + 60 * MS };
    };
    const answer = judged({ before, during, perSecond: 400 });
    expect(answer.cause).toBeUndefined();
  });

  test('a lock that one slow route has always waited on, when that route gets more traffic', () => {
    const answer = judged({ before: report(0.008), during: report(0.3), perSecond: 200 });
    expect(answer.p99Nanos.value).toBeGreaterThan(answer.baselineP99Nanos.high);
    expect(answer.cause).toBeUndefined();
    expect(answer.reasons.join('\n')).toContain('mix of routes changed');
  });

  test('a lock that only child goroutines wait on', () => {
    const answer = judged({ before: quiet, during: waiting(0.3, 200, { binding: 'inherited' }) });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.exactBinding).toBe(0);
    expect(answer.reasons.join('\n')).toMatch(/not counted: .*Get/);
  });

  test.each(['waitgroup', 'other'] as const)('a wait of kind %s is listed, not blamed', (kind) => {
    const answer = judged({ before: quiet, during: waiting(0.3, 200, { kind }) });
    expect(answer.verdict).toBe('unexplained');
    expect(answer.candidates[0]?.explained.value).toBeGreaterThan(0.9);
  });

  test('a lock waited on by fast requests while others are slow', () => {
    expect(judged({ before: quiet, during: waitingOrSlow }).cause).toBeUndefined();
  });

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'chance (seed %d): waits strewn over requests that are slow for other reasons',
    (seed) => {
      expect(judged({ before: quiet, during: strewn, seed: seed * 10 }).cause).toBeUndefined();
    },
  );
});
