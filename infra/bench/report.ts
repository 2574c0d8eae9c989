/** The JSON objects of all suites → infra/BENCHMARKS.md. Pure. */
import type { Case, Metric } from './measure.ts';

/** What `npm run bench` prints of one suite (design §9). */
export interface Result {
  readonly name: string;
  readonly question: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly ok: boolean;
  readonly metrics: readonly Metric[];
  readonly cases: readonly Case[];
}

export function renderReport(results: readonly Result[]): string {
  const opening = [
    '# Benchmarks',
    '',
    'Made by `npm run bench -- --write` from `infra/bench/results/`: no number here is typed by hand. A value is the median of',
    'its runs; ratios are taken within one run. In brackets: 95 % of the median (bootstrap); its worse end is held against',
    'the target.',
    '',
  ];
  return [...opening, ...results.flatMap(renderResult)].join('\n');
}

function renderResult({ name, question, machine, metrics, cases }: Result): readonly string[] {
  const facts = Object.entries(machine).map(([key, value]) => `${key} ${value}`);
  const failed = cases.filter(({ ok }) => !ok);
  return [
    `## ${name}`,
    '',
    cell(question),
    '',
    facts.join(' · '),
    '',
    ...table(['metric', 'value', 'unit', 'target', 'runs'], metrics.map(metricCells)),
    '',
    ...failed.flatMap((each) => [`Not measured: ${each.name}, ${cell(each.reason ?? 'no reason given')}`, '']),
  ];
}

function metricCells({ name, value, interval, unit, target, ok, better, runs }: Metric): readonly string[] {
  const sure = interval === undefined ? '' : ` [${figure(interval[0])} … ${figure(interval[1])}]`;
  const sign = better === 'lower' ? '≤' : '≥';
  const promise = target === undefined ? '' : `${sign} ${figure(target)}, ${ok ? 'met' : '**missed**'}`;
  return [`\`${name}\``, figure(value) + sure, unit, promise, String(runs.length)];
}

/** As oxfmt lays tables out: cells padded to the widest of their column. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

/** Three digits that mean something: 1.183, 12.4, 5,110,000. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  const whole = Math.abs(value) >= 1000;
  const rounded = whole ? Number(value.toPrecision(3)) : value;
  return rounded.toLocaleString('en', { maximumFractionDigits: whole ? 0 : Math.abs(value) >= 10 ? 1 : 3 });
}

const cell = (text: string): string => (text.split('\n')[0] ?? '').replaceAll('|', '\\|');
