import { expect, test } from 'vitest';
import { checkSpan, formatCursor, parseCursor } from './cursor.ts';

const window = { fromUnixNanos: 1_795_598_640_000_000_000n, toUnixNanos: 1_795_598_700_000_000_000n };

test('a cursor comes back as it was made, with its window', () => {
  const text = formatCursor('locks', window, [7n, 2n ** 64n - 1n]);
  expect(parseCursor(text, 'locks')).toEqual({ window, end: [7n, 2n ** 64n - 1n] });
});

test.each([
  ['', 'no cursor of locks'],
  ["locks.1.2.3' OR 1=1", 'no cursor'],
  ['maps.1.2.3', 'it is one of maps'],
  ['locks.2.1.3', 'no cursor'],
  ['locks.1.2', 'no cursor'],
  ['locks.1.9999999999999999999.3', 'no cursor'],
  [`locks.1.2.${2n ** 64n}`, 'no cursor'],
  ['locks.1.2.3.4.5.6.7', 'no cursor'],
])('%j is refused with the mend', (text, told) => {
  expect(() => parseCursor(text, 'locks')).toThrow(told);
  expect(() => parseCursor(text, 'locks')).toThrow('give nextCursor');
});

test('a cursor that was made up reads no more than a first page', () => {
  const made = parseCursor('locks.0.1795598700000000000.3', 'locks');
  expect(() => checkSpan(made, 86_400_000_000_000n)).toThrow('begin anew');
  expect(checkSpan({ window, end: [] }, 86_400_000_000_000n)).toEqual(window);
});
