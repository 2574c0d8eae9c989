/**
 * `npm run check`: projects, lint with types, format, types, unit tests. What a change must pass before it is pushed.
 * `npm run check -- --no-unit` leaves the unit tests to the `npm test` that comes after it (.ci/run).
 */
import { readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPO_ROOT } from '../world/paths.ts';

const bin = (name: string): string => join(REPO_ROOT, 'node_modules/.bin', name);
const compiler = join(REPO_ROOT, 'node_modules/typescript7/bin/tsc');
const vitest = join(REPO_ROOT, 'node_modules/vitest/vitest.mjs');

/** Each project's tsconfig.json covers its tests too; tsconfig.build.json is what is compiled. */
const PROJECTS = [
  'infra',
  ...['apps', 'libs'].flatMap((kind) => readdirSync(join(REPO_ROOT, kind)).map((name) => `${kind}/${name}`)),
];

const CHECKS: readonly (readonly [string, string, ...string[]])[] = [
  ['projects', bin('nx'), 'show', 'projects'],
  ['lint', bin('oxlint'), '--type-aware', '--deny-warnings'],
  ['format', bin('oxfmt'), '--check', '.'],
  ['types', process.execPath, compiler, '-b', 'infra/tsconfig.build.json'],
  ...PROJECTS.map((folder) => [`types of ${folder} and its tests`, process.execPath, compiler, '-p', folder] as const),
  ['unit tests', process.execPath, vitest, 'run', '--config', 'infra/vitest.config.ts', '--project', 'unit'],
];

const wanted = process.argv.includes('--no-unit') ? CHECKS.filter(([name]) => name !== 'unit tests') : CHECKS;

for (const [name, command, ...args] of wanted) {
  process.stdout.write(`\n— ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: REPO_ROOT, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`\n${name} failed. Format is mended by: npx oxfmt .\n`);
    process.exit(status ?? 1);
  }
}
process.stdout.write('\nall checks passed\n');
