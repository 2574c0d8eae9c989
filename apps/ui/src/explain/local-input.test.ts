import { expect, test } from 'vitest';
import { fromLocalInput, toLocalInput } from './local-input.ts';

test('a time goes into the input and comes back, to the second', () => {
  const at = Date.parse('2026-11-20T10:03:20Z');
  expect(fromLocalInput(toLocalInput(at))).toBe(at);
  expect(toLocalInput(at + 999)).toBe(toLocalInput(at));
});

test('an empty input is no time', () => {
  for (const value of ['', null, 'x']) expect(fromLocalInput(value)).toBeNaN();
});
