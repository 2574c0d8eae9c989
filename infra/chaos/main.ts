/**
 * `npm run chaos -- [--case=NAME]… [--kills=N] [--seconds=N] [--seed=N] [--json] [--write]`: programs killed with -9 at every step,
 * and what users' machines do to them. Prints case by case; the last line of stdout is one JSON object (with --json the only
 * one). Exit 1 when a target was missed: something lost or doubled, a recovery above 30 s, roll-ups that are not the rows.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { CASES } from './cases/cases.ts';
import { runChaos } from './run.ts';

const RESULT = new URL('./results/chaos.json', import.meta.url).pathname;

const words = process.argv.slice(2);
const values = (name: string): readonly string[] =>
  words.filter((word) => word.startsWith(`--${name}=`)).map((word) => word.slice(name.length + 3));
const number = (name: string, otherwise: number): number => Number(values(name).at(-1) ?? otherwise);
const names = values('case');
const known = [...CASES.map(({ name }) => name), 'storm'];
const wrong = [
  ...words.filter((word) => !/^--(json|write|case=.+|(kills|seconds|seed)=\d+)$/.test(word)),
  ...names.filter((name) => !known.includes(name)),
];
if (wrong.length > 0) {
  process.stderr.write(
    `no ${wrong.join(', ')} here: options are --json, --write, --kills=N, --seconds=N, --seed=N, --case=NAME of\n  ${known.join('\n  ')}\n`,
  );
  process.exit(2);
}
const isJson = words.includes('--json');
const say = (line: string): void => void (isJson ? process.stderr : process.stdout).write(line);
const report = await runChaos({
  seed: number('seed', 1),
  kills: number('kills', 60),
  seconds: number('seconds', 1_800),
  killsOfEach: 3,
  names,
  // As users have it.
  sessionMillis: 15_000,
  say,
});
for (const fault of report.faults) say(`missed: ${fault}\n`);
if (words.includes('--write') && names.length === 0) {
  mkdirSync(new URL('.', `file://${RESULT}`), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(report, undefined, 2)}\n`);
}
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(report.ok ? 0 : 1);
