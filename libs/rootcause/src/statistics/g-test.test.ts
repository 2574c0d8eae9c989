import { expect, test } from 'vitest';
import { gTest } from './g-test.ts';

test.each([
  [83, 100, 20, 1000, 396.66],
  [830, 1000, 180, 9000, 3869.02],
  [3, 4, 30, 40, 0],
  [0, 10, 0, 10, 0],
])('G of %d/%d against %d/%d is %d', (k1, n1, k0, n0, g) => {
  expect(gTest(k1, n1, k0, n0).g).toBeCloseTo(g, 2);
});

test('equal proportions have p = 1, far ones p ≈ 0', () => {
  expect(gTest(3, 4, 30, 40).pValue).toBeCloseTo(1, 6);
  expect(gTest(83, 100, 20, 1000).pValue).toBeLessThan(1e-80);
});
