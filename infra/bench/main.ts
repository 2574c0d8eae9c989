/**
 * `npm run bench -- [NAME…] [--json] [--write] [--seconds=N] [--events=N]`: the figures, as medians of several runs; ratios are taken within one run.
 * The last line of stdout is one JSON object (with --json the only one). --write keeps each suite's object in results/ and
 * makes infra/BENCHMARKS.md of all that are there, and infra/docs/sizing.md of store and storage. Exit 0 when everything was
 * measured, whatever its value, else 1.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '../machine.ts';
import type { Case, Measured, Metric, Suite, Wishes } from './measure.ts';
import { figure, renderReport, type Result } from './report.ts';
import { renderSizing } from './sizing.ts';
import { encodeSuite } from './suites/encode.ts';
import { otlpSuite } from './suites/otlp.ts';
import { probeSuite } from './suites/probe.ts';
import { queriesSuite } from './suites/queries.ts';
import { rootcauseSuite } from './suites/rootcause.ts';
import { soakSuite } from './suites/soak.ts';
import { storageSuite } from './suites/storage.ts';
import { storeSuite } from './suites/store.ts';

const SUITES: readonly Suite[] = [
  encodeSuite,
  otlpSuite,
  probeSuite,
  queriesSuite,
  rootcauseSuite,
  storeSuite,
  storageSuite,
  soakSuite,
];
const RESULTS = new URL('./results/', import.meta.url).pathname;
const REPORT = new URL('../BENCHMARKS.md', import.meta.url).pathname;
const SIZING = new URL('../docs/sizing.md', import.meta.url).pathname;

const words = process.argv.slice(2);
const isJson = words.includes('--json');
const names = words.filter((word) => !word.startsWith('--'));
const unknown = [
  ...names.filter((name) => !SUITES.some((suite) => suite.name === name)),
  ...words.filter((word) => word.startsWith('--') && !/^--(json|write|(seconds|events)=\d+)$/.test(word)),
];
if (unknown.length > 0) {
  const known = SUITES.map(({ name }) => name).join(', ');
  process.stderr.write(
    `no benchmark named ${unknown.join(', ')}: there are ${known}; options are --json, --write, --seconds=N, --events=N\n`,
  );
  process.exit(2);
}

const given = (name: string): number | undefined => {
  const text = words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  return text === undefined ? undefined : Number(text);
};
const wishes: Wishes = { seconds: given('seconds'), events: given('events') };

const say = (text: string): void => void (isJson || process.stdout.write(text));
const results: Result[] = [];
for (const suite of SUITES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  say(`${suite.name}: ${suite.question}\n`);
  const result = await measure(suite);
  results.push(result);
  for (const each of result.metrics) say(row(each));
  for (const { name, reason } of result.cases.filter(({ ok }) => !ok))
    say(`  ${name} could not be measured: ${reason}\n`);
}
if (words.includes('--write')) write(results);
const whole = {
  name: names.length === 0 ? 'all' : names.join(','),
  machine: Object.assign({}, ...results.map(({ machine }) => machine)),
  ok: results.every(({ ok }) => ok),
  metrics: results.flatMap(({ metrics }) => metrics),
  cases: results.flatMap(({ cases }) => cases),
};
process.stdout.write(`${JSON.stringify(whole)}\n`);
process.exitCode = whole.cases.every(({ ok }) => ok) ? 0 : 1;

async function measure({ name, question, run }: Suite): Promise<Result> {
  const machine = whereAndWhen();
  const started = performance.now();
  const {
    metrics,
    cases = [],
    versions = {},
  } = await run(wishes).catch((error: unknown): Measured => {
    const reason = error instanceof Error ? error.message : String(error);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const failed: Case = { name, ok: false, seconds, reason };
    return { metrics: [], cases: [failed] };
  });
  const ok = metrics.every((each) => each.ok) && cases.every((each) => each.ok);
  return { name, question, machine: { ...machine, ...versions }, ok, metrics, cases };
}

/** Before the suite begins: what else runs on this machine is part of the figures. */
function whereAndWhen(): Result['machine'] {
  const loadAverage = Number((loadavg()[0] ?? 0).toFixed(2));
  return { ...describeMachine(), loadAverage, measured: new Date().toISOString() };
}

function row({ name, value, unit, target, interval, ok }: Metric): string {
  const sure = interval === undefined ? '' : ` [${figure(interval[0])} … ${figure(interval[1])}]`;
  const promise = target === undefined ? '' : ` (target ${figure(target)}: ${ok ? 'met' : 'missed'})`;
  return `  ${name.padEnd(48)} ${figure(value)}${sure} ${unit}${promise}\n`;
}

function write(fresh: readonly Result[]): void {
  mkdirSync(RESULTS, { recursive: true });
  for (const result of fresh) writeFileSync(join(RESULTS, `${result.name}.json`), `${JSON.stringify(result)}\n`);
  const kept = readdirSync(RESULTS)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    // Written by the line above, now or at another time.
    .map((file) => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as Result);
  writeFileSync(REPORT, renderReport(kept));
  const of = (name: string): Result | undefined => kept.find((result) => result.name === name);
  const [store, storage] = [of('store'), of('storage')];
  if (store !== undefined && storage !== undefined) writeFileSync(SIZING, renderSizing(store, storage));
}
