import { expect, test } from 'vitest';
import { traceFixture } from '../../dev/fixtures/trace.ts';
import { verdictFixture } from '../../dev/fixtures/verdicts.ts';
import { holderIn } from './holder.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');
const trace = traceFixture('ab'.repeat(16), NOW);
const locks = verdictFixture('contention', NOW).candidates;

test('the holder of the longest wait at the blamed line is told, with its request if it served one', () => {
  const [cache, logger] = locks;
  if (cache === undefined || logger === undefined) throw new Error('the fixture has no locks');
  const longest = (line: number): number =>
    Math.max(...trace.waits.filter(({ waiter }) => waiter.line === line).map(({ waitMs }) => waitMs));
  expect(holderIn(trace, cache)).toEqual({ traceId: null, goroutine: '34', waitMs: longest(cache.waiter.line) });
  expect(holderIn(trace, logger)).toMatchObject({ goroutine: '88190', waitMs: longest(logger.waiter.line) });
  expect(holderIn(trace, logger)?.traceId).toMatch(/^[0-9a-f]{32}$/);
});

test('a trace that never waited there names nobody', () => {
  const [, , other] = locks;
  if (other === undefined) throw new Error('the fixture has no third lock');
  expect(holderIn(trace, other)).toBeUndefined();
});
