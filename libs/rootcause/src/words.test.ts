import { expect, test } from 'vitest';
import { clockTime, count, milliseconds, percent, place, shortFile, shortFunction } from './words.ts';

test.each([
  [milliseconds(310e6), '310 ms'],
  [milliseconds(61.34e6), '61.3 ms'],
  [milliseconds(42e3), '0.042 ms'],
  [milliseconds(1.2512e9), '1.25 s'],
  [milliseconds(0), '0 ms'],
  [percent(0.814), '81 %'],
  [percent(0.004), '0.4 %'],
  [percent(0.00001), '0.1 %'],
  [percent(0.99999), '99.9 %'],
  [percent(0), '0 %'],
  [percent(1), '100 %'],
  [count(1_234_567), '1 234 567'],
  [count(999), '999'],
  [shortFunction('github.com/shop/order/cache.(*Cache).Get'), 'cache.(*Cache).Get'],
  [shortFunction('main.main'), 'main.main'],
  [shortFile('/src/shop/order/cache.go'), 'order/cache.go'],
  [shortFile('cache.go'), 'cache.go'],
  [clockTime(1_790_000_000_000_000_000n), '14:13:20 UTC'],
  [place({ function: '', file: '', line: 0 }), 'code without a readable stack'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});
