import { expect, test } from 'vitest';
import { labelKeyBytes, TRACE_LABELS } from './label-keys.ts';

test('each key: its length in eight bytes, its text in sixteen', () => {
  const bytes = labelKeyBytes(['trace_id', 'aß']);
  expect(bytes.length).toBe(4 * 24);
  expect([...bytes.subarray(0, 9)]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 0x74]);
  expect(Buffer.from(bytes.subarray(8, 24)).toString()).toBe('trace_id\0\0\0\0\0\0\0\0');
  expect([...bytes.subarray(24, 36)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0x61, 0xc3, 0x9f, 0]);
  expect(bytes.subarray(48).every((byte) => byte === 0)).toBe(true);
});

test.each([[['']], [['x'.repeat(17)]], [['a', 'b', 'c', 'd', 'e']]])('%j cannot be looked for', (keys) => {
  expect(() => labelKeyBytes(keys)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('what is looked for unless told otherwise fits; none is possible', () => {
  expect(labelKeyBytes(TRACE_LABELS).length).toBe(96);
  expect(labelKeyBytes([]).every((byte) => byte === 0)).toBe(true);
});
