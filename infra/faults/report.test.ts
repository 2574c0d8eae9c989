/** The table at the end says of each promise whether it was kept, and what was found where not. */
import { expect, test } from 'vitest';
import type { Machine } from '../machine.ts';
import type { Check } from './compare.ts';
import { jsonLine, summary, type Result } from './report.ts';

const check = (name: string, ok: boolean, found = 'x', more: Partial<Check> = {}): Check => ({
  name,
  ok,
  found,
  wanted: 'y',
  ...more,
});
const load = { sent: 1, errors: 0, shed: 0, p99Ms: 1 };

function outcome(scenario: string, checks: readonly Check[], secondsToIncident: number | null = null): Result {
  const ok = checks.every((one) => one.ok);
  const told = { sentence: '', reasons: [], secondsToIncident, pairs: [], load: { off: load, on: load } };
  return { scenario, goVersion: 'go1.24.4', ok, checks, ...told };
}

const RESULTS: readonly Result[] = [
  outcome('lock', [check('verdict', true), check('waiter', true), check('share', true, '97.0 %')], 12),
  outcome('cpu', [
    check('verdict', false),
    check('waiter', true),
    check('release', false, 'somebody'),
    check('p99 mended', false, '+30.0 % [−1.0 %, +40.0 %]', { isNoise: true }),
  ]),
  { scenario: 'gc', goVersion: 'go1.24', ok: false, reason: 'it did not start' },
];

test('one row for each scenario, with a mark for each promise', () => {
  const lines = summary(RESULTS).split('\n');
  expect(lines.find((line) => line.includes('lock'))).toMatch(/✔ go1\.24\.4 {2}lock +✔ +✔ +✔ 97\.0 % +· +· +· +· +·$/);
  expect(lines.find((line) => line.includes('cpu'))).toMatch(/✘ go1\.24\.4 {2}cpu +✘ +✘ +· +· +~ \+30\.0 %/);
  expect(lines.find((line) => line.includes(' gc'))).toContain('could not be run');
  expect(lines).toContain('      release: somebody, wanted y');
  expect(lines).toContain('1 of 3 as planted; missed: cpu (go1.24.4), gc (go1.24)');
});

test('the times until an incident are metrics, each with its bound', () => {
  // Only what is passed on.
  const line = JSON.parse(jsonLine(RESULTS, {} as Machine)) as { ok: boolean; metrics: unknown; cases: unknown[] };
  expect([line.ok, line.cases.length]).toEqual([false, 3]);
  expect(line.metrics).toEqual([
    { name: 'fault_to_incident_max', unit: 's', value: 12, target: 30, better: 'lower', ok: true, runs: [12] },
  ]);
});
