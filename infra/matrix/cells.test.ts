import { describe, expect, it } from 'vitest';
import { cellsOf, strangerCells, subjectOf } from './cells.ts';

const results = (name: string, ...statuses: readonly string[]) => ({
  name,
  assertionResults: statuses.map((status) => ({ status })),
});

const of = (program: string, status: string) => ({ status, ancestorTitles: [program, 'watched'] });

describe('the matrix', () => {
  it.each([
    ['/x/libs/probe/src/families/lock/waits.integration.test.ts', 'lock'],
    ['/x/libs/probe/src/session.integration.test.ts', 'probe/session'],
    ['/x/libs/golang/src/offsets/struct-offsets.integration.test.ts', 'golang/struct-offsets'],
  ])('%s is about %s', (file, subject) => expect(subjectOf(file)).toBe(subject));

  it('a cell sums the files of its subject', () => {
    const report = {
      testResults: [
        results('/x/libs/probe/src/families/map/a.integration.test.ts', 'passed', 'pending'),
        results('/x/libs/probe/src/families/map/b.integration.test.ts', 'passed'),
        results('/x/libs/probe/src/families/gc/a.integration.test.ts', 'passed', 'failed'),
      ],
    };
    expect(cellsOf('1.24', report)).toEqual([
      { name: 'go1.24 map', ok: true, passed: 2, failed: 0, skipped: 1 },
      { name: 'go1.24 gc', ok: false, passed: 1, failed: 1, skipped: 0 },
    ]);
  });

  it('is not ok where nothing was shown: skipped, not loaded, or no report', () => {
    const file = '/x/libs/probe/src/families/gc/a.integration.test.ts';
    expect(cellsOf('1.24', { testResults: [results(file, 'pending')] })[0]?.ok).toBe(false);
    expect(cellsOf('1.24', { testResults: [results(file)] })[0]?.ok).toBe(false);
    expect(cellsOf('1.24', undefined)[0]?.ok).toBe(false);
  });

  it('of programs of others each is a cell', () => {
    const name = '/x/libs/probe/src/strangers/strangers.integration.test.ts';
    const assertionResults = [of('caddy', 'passed'), of('caddy', 'passed'), of('etcd', 'pending')];
    expect(strangerCells({ testResults: [{ name, assertionResults }] })).toEqual([
      { name: 'caddy', ok: true, passed: 2, failed: 0, skipped: 0 },
      { name: 'etcd', ok: false, passed: 0, failed: 0, skipped: 1 },
    ]);
    expect(strangerCells(undefined)[0]?.ok).toBe(false);
  });
});
