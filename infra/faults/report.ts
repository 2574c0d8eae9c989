/** The table for people and the JSON line for programs. Pure. */
import type { Machine } from '../machine.ts';
import type { Outcome } from './run-scenario.ts';

/** A scenario that could not be run to its end. */
export interface Broken {
  readonly scenario: string;
  readonly goVersion: string;
  readonly ok: false;
  readonly reason: string;
}

export type Result = Outcome | Broken;

const COLUMNS = ['verdict', 'share', 'p99 without', 'p99 mended', 'incident'] as const;

export function row(result: Result): string {
  const head = `  ${result.ok ? '✔' : '✘'} ${result.goVersion.padEnd(9)} ${result.scenario.padEnd(15)}`;
  if ('reason' in result) return `${head} could not be run: ${result.reason}\n`;
  const cells = COLUMNS.map((name) => result.checks.find((check) => check.name === name));
  const line = cells
    .map((check) => (check === undefined ? '' : `${check.found} (${check.wanted})`).padEnd(30))
    .join(' ');
  const missed = result.checks.filter(({ ok }) => !ok);
  const misses = missed.map(({ name, found, wanted }) => `      ${name}: ${found}, wanted ${wanted}\n`);
  return `${head} ${line.trimEnd()}\n${misses.join('')}`;
}

export function summary(results: readonly Result[]): string {
  const missed = results.filter(({ ok }) => !ok);
  return `${results.length - missed.length} of ${results.length} as planted${missed.length === 0 ? '' : `; missed: ${missed.map(({ scenario, goVersion }) => `${scenario} (${goVersion})`).join(', ')}`}\n`;
}

export function jsonLine(results: readonly Result[], machine: Machine): string {
  const ok = results.length > 0 && results.every((result) => result.ok);
  const incidents = results.flatMap((result) => ('reason' in result ? [] : (result.secondsToIncident ?? [])));
  const metrics =
    incidents.length === 0 ? [] : [{ name: 'fault_to_incident_max', unit: 's', value: Math.max(...incidents) }];
  return `${JSON.stringify({ name: 'faults', machine, ok, metrics, cases: results })}\n`;
}
