/** The lines as they come, the table at the end, and the JSON line for programs. Pure. */
import type { Machine } from '../machine.ts';
import type { Check } from './compare.ts';
import type { Outcome } from './stage.ts';

/** A scenario that could not be run to its end. */
export interface Broken {
  readonly scenario: string;
  readonly goVersion: string;
  readonly ok: false;
  readonly reason: string;
}

export type Result = Outcome | Broken;

export function row(result: Result): string {
  const head = `  ${result.ok ? '✔' : '✘'} ${result.goVersion.padEnd(9)} ${result.scenario.padEnd(15)}`;
  return 'reason' in result ? `${head} could not be run: ${result.reason}\n` : `${head}\n${misses(result)}`;
}

const misses = ({ checks }: Outcome): string =>
  checks
    .filter(({ ok }) => !ok)
    .map(
      ({ name, found, wanted, isNoise }) =>
        `      ${name}: ${found}, wanted ${wanted}${isNoise === true ? ' (the machine alone may be why)' : ''}\n`,
    )
    .join('');

/** Checks of one column are right together or not at all. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  verdict: ['verdict'],
  lines: ['waiter', 'release', 'slow reader', 'host', 'channel line', 'lines', 'crash line'],
  share: ['share', 'second share', 'conflicts'],
  'p99 without': ['p99 without'],
  'p99 mended': ['p99 mended'],
  innocent: ['innocent'],
  words: ['words', 'message'],
  incident: ['incident', 'crash told'],
};
const WIDTH = 13;

const table = (cells: readonly string[]): string =>
  cells
    .map((cell) => cell.padEnd(WIDTH))
    .join('')
    .trimEnd();

/** ✔ right, ✘ missed, ~ not to be measured on this machine now, · not asked */
export function summary(results: readonly Result[]): string {
  const head = `  ${''.padEnd(27)}${table(Object.keys(COLUMNS))}\n`;
  const rows = results.map((result) => {
    const name = `  ${result.ok ? '✔' : '✘'} ${result.goVersion.padEnd(9)} ${result.scenario.padEnd(15)}`;
    if ('reason' in result) return `${name}could not be run\n`;
    const cells = Object.values(COLUMNS).map((names) =>
      cellOf(result.checks.filter((check) => names.includes(check.name))),
    );
    return `${name}${table(cells)}\n${misses(result)}`;
  });
  return `\n${head}${rows.join('')}  ✔ right  ✘ missed  ~ not measurable here now  · not asked\n${ending(results)}`;
}

const VALUES = ['share', 'conflicts', 'p99 without', 'p99 mended', 'incident', 'crash told'];

/** With what was found, where that is a figure. */
function cellOf(checks: readonly Check[]): string {
  const [first] = checks;
  if (first === undefined) return '·';
  const missed = checks.filter(({ ok }) => !ok);
  const mark = missed.length === 0 ? '✔' : missed.every(({ isNoise }) => isNoise === true) ? '~' : '✘';
  const [value = ''] = VALUES.includes(first.name) ? first.found.split(' [') : [];
  return `${mark} ${value}`.trimEnd();
}

function ending(results: readonly Result[]): string {
  const missed = results.filter(({ ok }) => !ok);
  const names = missed.map(({ scenario, goVersion }) => `${scenario} (${goVersion})`).join(', ');
  return `${results.length - missed.length} of ${results.length} as planted${missed.length === 0 ? '' : `; missed: ${names}`}\n`;
}

export function jsonLine(results: readonly Result[], machine: Machine): string {
  const ok = results.length > 0 && results.every((result) => result.ok);
  const outcomes = results.filter((result): result is Outcome => !('reason' in result));
  const metrics = [
    ...seconds(
      'fault_to_incident_max',
      30,
      outcomes.map((one) => one.secondsToIncident),
    ),
    ...seconds(
      'crash_to_incident_max',
      3,
      outcomes.map((one) => one.secondsFromCrash),
    ),
  ];
  return `${JSON.stringify({ name: 'faults', machine, ok, metrics, cases: results })}\n`;
}

function seconds(name: string, target: number, values: readonly (number | null | undefined)[]) {
  const runs = values.filter((value) => value !== null && value !== undefined);
  if (runs.length === 0) return [];
  const value = Math.max(...runs);
  return [{ name, unit: 's', value, target, better: 'lower', ok: value < target, runs }];
}
