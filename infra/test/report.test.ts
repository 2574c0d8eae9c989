import { expect, test } from 'vitest';
import { countReport, failedFiles, failuresOf, withSecondTry, type VitestReport } from './report.ts';
import { summary } from './stages.ts';

const fine = { fullName: 'fine', status: 'passed', failureMessages: [] };
const bad = { fullName: 'a lock is named', status: 'failed', failureMessages: ['expected 1 to be 2\n at x.ts:3'] };
const later = [
  { fullName: 'not on this machine', status: 'pending', failureMessages: [] },
  { fullName: 'a note', status: 'todo', failureMessages: [] },
];
const file = (
  name: string,
  assertionResults: VitestReport['testResults'][number]['assertionResults'],
  message = '',
) => ({
  name,
  status: message !== '' || assertionResults.includes(bad) ? 'failed' : 'passed',
  message,
  assertionResults,
});
const green = { testResults: [file('a.test.ts', [fine, fine, ...later])] };
const red = {
  testResults: [
    file('a.test.ts', [fine, bad]),
    file('b.test.ts', [], 'no such module'),
    file('c.test.ts', [fine, ...later]),
  ],
};

test('skipped tests and notes for later are both counted as skipped', () => {
  expect(summary(countReport(green, 0))).toBe('2 passed, 0 failed, 2 skipped');
  expect(summary(countReport(red, 1))).toBe('2 passed, 1 failed, 2 skipped');
});

test('a stage that ends badly without a failing test is a failure all the same', () => {
  expect(countReport(green, 1).failed).toBe(1);
  expect(countReport(undefined, 0).failed).toBe(1);
  expect(countReport({ testResults: [file('b.test.ts', [], 'no such module')] }, 0).failed).toBe(1);
});

test('what failed is named by file, test and reason, and a file that did not load by its own', () => {
  expect(failuresOf(red)).toEqual([
    'a.test.ts: a lock is named\n    expected 1 to be 2\n     at x.ts:3',
    'b.test.ts\n    no such module',
  ]);
});

test('of files that ran again the second try counts, of the others the first', () => {
  expect(failedFiles(red)).toEqual(['a.test.ts', 'b.test.ts']);
  const second = { testResults: [file('a.test.ts', [fine, fine]), file('b.test.ts', [bad])] };
  const whole = withSecondTry(red, second);
  expect(summary(countReport(whole, 0))).toBe('3 passed, 1 failed, 2 skipped');
  expect(failuresOf(whole)).toEqual(['b.test.ts: a lock is named\n    expected 1 to be 2\n     at x.ts:3']);
});
