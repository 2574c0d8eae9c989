import { expect, test } from 'vitest';
import { BURN_RULES, burnAlerts, hoursToSpend, PERIOD_HOURS } from './burn-alerts.ts';
import type { Counts } from './objective.ts';

const objective = { thresholdNanos: 300e6, target: 0.99 };

/** Burn rate per window in seconds, at 10 000 requests a window. */
const firing = (rates: Readonly<Record<number, number>>, total = 10_000): readonly string[] => {
  const over = (seconds: number): Counts => ({ good: total - Math.round(total * 0.01 * (rates[seconds] ?? 0)), total });
  return burnAlerts(over, objective)
    .filter((alert) => alert.firing)
    .map((alert) => alert.rule.name);
};

test('the factors are those of a 30-day budget', () => {
  for (const rule of BURN_RULES) {
    expect((rule.budgetShare * PERIOD_HOURS * 3600) / rule.longSeconds).toBeCloseTo(rule.factor, 9);
    expect(rule.longSeconds / rule.shortSeconds).toBe(12);
  }
});

test.each<[string, Readonly<Record<number, number>>, readonly string[]]>([
  ['quiet', { 300: 1, 1800: 1, 3600: 1, 21_600: 1 }, []],
  ['a steep fire, five minutes old: too little burnt yet', { 300: 50, 1800: 8, 3600: 5, 21_600: 1 }, []],
  ['a steep fire, burning', { 300: 20, 1800: 20, 3600: 15, 21_600: 3 }, ['fast-burn']],
  ['just above the factor', { 300: 14.5, 1800: 1, 3600: 14.5, 21_600: 1 }, ['fast-burn']],
  ['just not, in the short window', { 300: 14.3, 1800: 1, 3600: 14.5, 21_600: 1 }, []],
  ['a steep fire that is out', { 300: 0, 1800: 10, 3600: 20, 21_600: 4 }, []],
  ['a slow fire', { 300: 7, 1800: 7, 3600: 7, 21_600: 6.5 }, ['slow-burn']],
  ['a slow fire that is out', { 300: 0, 1800: 0.5, 3600: 5, 21_600: 7 }, []],
  ['everything burns', { 300: 90, 1800: 90, 3600: 90, 21_600: 90 }, ['fast-burn', 'slow-burn']],
])('%s', (_, rates, expected) => {
  expect(firing(rates)).toEqual(expected);
});

test('one slow request of few pages nobody', () => {
  expect(firing({ 300: 50, 1800: 50, 3600: 50, 21_600: 50 }, 8)).toEqual([]);
  expect(firing({ 300: 50, 1800: 50, 3600: 50, 21_600: 50 }, 10)).toEqual(['fast-burn', 'slow-burn']);
});

test('hours to spend what is left', () => {
  expect(hoursToSpend(1, 14.4)).toBeCloseTo(50, 9);
  expect(hoursToSpend(0.5, 6)).toBeCloseTo(60, 9);
  expect(hoursToSpend(-1, 6)).toBe(0);
  expect(hoursToSpend(1, 0)).toBe(Number.POSITIVE_INFINITY);
});
