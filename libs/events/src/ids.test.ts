import { expect, test } from 'vitest';
import { parseTraceId } from './ids.ts';

test('a trace id is 32 hex digits in any case and never all zero', () => {
  expect(parseTraceId('4BF92F3577B34DA6A3CE929D0E0E4736')).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  for (const bad of ['', '0'.repeat(32), '4bf9', 'z'.repeat(32)]) {
    expect(() => parseTraceId(bad)).toThrow('32 hex digits');
  }
});
