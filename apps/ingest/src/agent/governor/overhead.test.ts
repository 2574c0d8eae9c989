import { expect, test } from 'vitest';
import { DEFAULT_OVERHEAD, overheadShare } from './overhead.ts';

test.each([
  ['3', 0.03],
  ['0.5', 0.005],
  [DEFAULT_OVERHEAD, 0.03],
  ['off', undefined],
])('%s', (text, share) => {
  expect(overheadShare(text)).toBe(share);
});

test.each(['', 'none', '0', '0.05', '51', '-1', '3 %', 'NaN'])('"%s" is refused with what would do', (text) => {
  expect(() => overheadShare(text)).toThrow(/neither "off" nor a number from 0.1 to 50: give 3 /);
});
