import { expect, test } from 'vitest';
import { addCounts, countReport, failuresOf, NONE, summary } from './stages.ts';

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };

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

test('what failed is named by file, test and reason, and a file that did not load by its own', () => {
  const passed = { fullName: 'fine', status: 'passed', failureMessages: [] };
  const failed = { fullName: 'a lock is named', status: 'failed', failureMessages: ['expected 1 to be 2\n at x.ts:3'] };
  const testResults = [
    { name: 'a.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
    { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [passed] },
  ];
  expect(failuresOf({ ...report, testResults })).toEqual([
    'a.test.ts: a lock is named\n    expected 1 to be 2\n     at x.ts:3',
    'b.test.ts\n    no such module',
  ]);
});
