import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['', '', 0],
  ['port', 'port', 0],
  ['port', 'ports', 1],
  ['prot', 'port', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('from "%s" to "%s" it is %i changes', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
});

test('the distance is the same both ways and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});

test('the nearest name is found, and none when all are far', () => {
  expect(nearest('brokres', ['port', 'brokers'])).toBe('brokers');
  expect(nearest('xyzzy', ['port', 'brokers'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
