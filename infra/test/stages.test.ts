import { expect, test } from 'vitest';
import { addCounts, countReport, NONE, summary } from './stages.ts';

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };

test('skipped tests and notes for later are both counted as skipped', () => {
  expect(summary(countReport(report, 0))).toBe('3 passed, 0 failed, 2 skipped');
});

test('a stage that ends badly without a failing test is a failure all the same', () => {
  expect(countReport(report, 1).failed).toBe(1);
  expect(countReport(undefined, 0).failed).toBe(1);
  expect(countReport({ ...report, numFailedTests: 2 }, 1).failed).toBe(2);
});

test('stages add up', () => {
  expect(addCounts(NONE, { passed: 1, failed: 2, skipped: 3 })).toEqual({ passed: 1, failed: 2, skipped: 3 });
});
