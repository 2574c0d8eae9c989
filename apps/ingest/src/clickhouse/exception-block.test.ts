import { expect, test } from 'vitest';
import { exceptionBlock } from './exception-block.ts';

test('tag, message, its length in bytes with the line feed, tag', () => {
  expect(String(exceptionBlock('0123456789abcdef', 'Code: 1. ä\n'))).toBe(
    '\r\n__exception__\r\n0123456789abcdef\r\nCode: 1. ä\n12 0123456789abcdef\r\n__exception__\r\n',
  );
});

test('a message has an end', () => {
  expect(exceptionBlock('0123456789abcdef', 'x'.repeat(1_000_000)).length).toBeLessThan(17_000);
});
