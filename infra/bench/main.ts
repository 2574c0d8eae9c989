/**
 * `npm run bench -- [NAME…] [--json]`: the figures, as medians of several runs; ratios are taken within one run.
 * The last line of stdout is one JSON object (with --json the only one). Exit 0 when every metric was measured.
 */
import { cpus, release, totalmem } from 'node:os';
import { encodeSuite } from './suites/encode.ts';
import type { Metric, Suite } from './measure.ts';

const SUITES: readonly Suite[] = [encodeSuite];

const words = process.argv.slice(2);
const isJson = words.includes('--json');
const names = words.filter((word) => word !== '--json');
const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark named ${unknown.join(', ')}: there are ${SUITES.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const row = ({ name, value, unit, target, ok }: Metric): string => {
  const promise = target === undefined ? '' : ` (target ${target.toLocaleString('en')}: ${ok ? 'met' : 'missed'})`;
  return `  ${name.padEnd(28)} ${value.toLocaleString('en', { maximumFractionDigits: 2 })} ${unit}${promise}\n`;
};

const metrics: Metric[] = [];
for (const suite of SUITES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  if (!isJson) process.stdout.write(`${suite.name}: ${suite.question}\n`);
  for (const measured of await suite.run()) {
    metrics.push(measured);
    if (!isJson) process.stdout.write(row(measured));
  }
}
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
};
const name = names.length === 0 ? 'all' : names.join(',');
process.stdout.write(
  `${JSON.stringify({ name, machine, ok: metrics.every((each) => each.ok), metrics, cases: [] })}\n`,
);
