import { expect, test } from 'vitest';
import { bootstrapQuantile, bootstrapRatio, RESAMPLES, resamplesOf } from './bootstrap.ts';
import { quantile } from './quantile.ts';
import { normal, seededRng } from './rng.ts';

const lognormal = (n: number, seed: number): Float64Array => {
  const rng = seededRng(seed);
  return Float64Array.from({ length: n }, () => Math.exp(normal(rng)));
};
const all = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

test('the closed form gives the interval that drawing n of n many times gives', () => {
  const values = lognormal(2000, 1).sort();
  const rng = seededRng(2);
  const drawn = Float64Array.from({ length: 1500 }, () =>
    quantile(
      values.map(() => values[Math.floor(rng() * values.length)]!),
      0.99,
    ),
  );
  const closed = bootstrapQuantile(values, 0.99, seededRng(3));
  expect(closed.low / quantile(drawn, 0.025)).toBeCloseTo(1, 0.8);
  expect(closed.high / quantile(drawn, 0.975)).toBeCloseTo(1, 0.8);
});

test('the 95 % interval of p99 holds the true p99 in about 95 % of repetitions', () => {
  const truth = Math.exp(2.3263478740408408);
  let held = 0;
  for (let seed = 0; seed < 300; seed += 1) {
    const interval = bootstrapQuantile(lognormal(3000, 1000 + seed).sort(), 0.99, seededRng(seed));
    if (interval.low <= truth && truth <= interval.high) held += 1;
  }
  expect(held / 300).toBeGreaterThan(0.9);
});

test('the ratio of sums and its interval: value over all, sample bounded, same seed same answer', () => {
  const rng = seededRng(5);
  const below = Float64Array.from({ length: 20_000 }, () => 100 + 20 * rng());
  const above = below.map((value) => value * (0.7 + 0.2 * rng()));
  const once = bootstrapRatio(above, below, resamplesOf(all(20_000), seededRng(6)));
  expect(once.value).toBeCloseTo(0.8, 2);
  expect(once.high - once.low).toBeLessThan(0.01);
  expect(bootstrapRatio(above, below, resamplesOf(all(20_000), seededRng(6)))).toEqual(once);
});

test('nothing in, nothing claimed; no negative denominators are shared out', () => {
  const none = new Float64Array();
  expect(bootstrapQuantile(none, 0.99, seededRng(1))).toEqual({ value: 0, low: 0, high: 0 });
  expect(bootstrapRatio(none, none, resamplesOf(new Uint32Array(), seededRng(1))).value).toBe(0);
  expect(bootstrapRatio(Float64Array.of(5), Float64Array.of(-1), resamplesOf(all(1), seededRng(1)))).toEqual({
    value: 0,
    low: 0,
    high: 0,
  });
  expect(RESAMPLES).toBeLessThanOrEqual(400);
});
