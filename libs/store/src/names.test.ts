import { LOCK_KINDS } from '@mapscope/events';
import { expect, test } from 'vitest';
import { addressText, bindingOf, lockKindOf, requestEndOf, traceSourceOf } from './names.ts';

test('every number has its word back, and an unknown one the harmless word', () => {
  for (const [name, number] of Object.entries(LOCK_KINDS)) expect(lockKindOf(number)).toBe(name);
  expect([lockKindOf(200), bindingOf(200), traceSourceOf(200), requestEndOf(200)]).toEqual([
    'other',
    'none',
    'none',
    'finished',
  ]);
});

test('an address is 16 hex digits behind 0x', () => {
  expect(addressText(0xc000123450n)).toBe('0x000000c000123450');
  expect(addressText(2n ** 64n - 1n)).toBe('0xffffffffffffffff');
});
