import { expect, test } from 'vitest';
import { metric, metricWithInterval, ratios } from './measure.ts';

test('a metric without a target is always fine, one with a target is judged by its direction', () => {
  const spec = { name: 'x', unit: 's', better: 'lower', runs: [2, 2, 2] } as const;
  expect(metric(spec).ok).toBe(true);
  expect(metric({ ...spec, target: 1 }).ok).toBe(false);
  expect(metric({ ...spec, target: 1, better: 'higher' }).ok).toBe(true);
});

test('ratios are taken pair by pair', () => {
  expect(ratios([2, 6], [1, 2])).toEqual([2, 3]);
});

test('with an interval its worse end is held against the target', () => {
  const runs = [0.99, 1, 1, 1, 1.2, 0.98, 1.3, 1, 1.25];
  const spec = { name: 'x', unit: 'ratio', target: 1.01, runs } as const;
  const lower = metricWithInterval({ ...spec, better: 'lower' });
  expect(lower.value).toBe(1);
  expect(lower.interval?.[1]).toBeGreaterThan(1.01);
  expect(lower.ok).toBe(false);
  expect(metric({ ...spec, better: 'lower' }).ok).toBe(true);
});

test('what could not be computed does not meet its target', () => {
  expect(metric({ name: 'x', unit: 's', better: 'lower', target: 1, runs: [Number.NaN] }).ok).toBe(false);
});
