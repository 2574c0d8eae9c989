import { expect, test } from 'vitest';
import { addCounts, NONE, summary } from './stages.ts';

test('stages add up', () => {
  const sum = addCounts(NONE, { passed: 1, failed: 2, skipped: 3 });
  expect(sum).toEqual({ passed: 1, failed: 2, skipped: 3 });
  expect(summary(sum)).toBe('1 passed, 2 failed, 3 skipped');
});
