/**
 * `npm run matrix -- [VERSION…] [--json]`: every probe family and the reading of binaries, on every Go version there is
 * (1.20 is in no Debian suite). The same tests as in `npm test`, which runs three versions; and the long forms of those
 * that have one (MAPSCOPE_LONG); where no version is named also programs of others (strangers). The last line of stdout is one JSON object; exit 0 when every cell was measured.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../machine.ts';
import { progressTo } from '../setup/steps.ts';
import { ensureBpftrace } from '../setup/tasks/bpftrace.ts';
import { ensureGo, GO_VERSIONS, toolchain } from '../setup/tasks/go-toolchain.ts';
import { ensureGoModules } from '../setup/tasks/go-modules.ts';
import { ALL_STRANGERS, ensureStranger } from '../setup/tasks/strangers.ts';
import { dataPaths, REPO_ROOT } from '../world/paths.ts';
import { cellsOf, strangerCells, type Cell, type MatrixReport } from './cells.ts';

const paths = dataPaths();
const words = process.argv.slice(2);
const isJson = words.includes('--json');
const STRANGERS = 'strangers';
const known = [...GO_VERSIONS, STRANGERS];
const named = words.filter((word) => word !== '--json');
const unknown = named.filter((word) => !known.includes(word));
if (unknown.length > 0) {
  process.stderr.write(`no Go ${unknown.join(', ')}: there are ${known.join(', ')}\n`);
  process.exit(2);
}

/** @param selection which files: vitest's words */
function runTests(
  name: string,
  selection: readonly string[],
  more: Readonly<Record<string, string>>,
): MatrixReport | undefined {
  const reportFile = join(paths.root, `matrix-${name}.json`);
  rmSync(reportFile, { force: true });
  const vitest = join(REPO_ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'infra/vitest.config.ts', '--project', 'matrix', '--reporter=json'];
  const env = { ...process.env, MAPSCOPE_LONG: '1', ...more };
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit'];
  const words = [...args, `--outputFile.json=${reportFile}`, ...selection];
  spawnSync(process.execPath, words, { cwd: REPO_ROOT, stdio, env });
  return existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
}

const STRANGER_TESTS = 'libs/probe/src/strangers';

async function cellsOfVersion(version: string): Promise<readonly Cell[]> {
  await progress(`Go ${version}`, () => ensureGo(paths, version));
  // They have cells of their own, and do not depend on a toolchain.
  const more = { MAPSCOPE_GO_ROOTS: toolchain(paths, version).root, MAPSCOPE_TEST_EXCLUDE: `${STRANGER_TESTS}/**` };
  return cellsOf(version, runTests(version, [], more));
}

async function cellsOfStrangers(): Promise<readonly Cell[]> {
  for (const name of ALL_STRANGERS) await progress(name, () => ensureStranger(paths, name));
  return strangerCells(runTests(STRANGERS, [STRANGER_TESTS], { MAPSCOPE_GO_ROOTS: '' }));
}

const progress = progressTo((line) => process.stderr.write(line));
await progress('bpftrace', () => ensureBpftrace(paths));
await progress('Go modules of test programs', () => ensureGoModules(paths));
const cells: Cell[] = [];
for (const word of named.length === 0 ? known : named) {
  for (const cell of await (word === STRANGERS ? cellsOfStrangers() : cellsOfVersion(word))) {
    cells.push(cell);
    const counts = `${cell.passed} passed, ${cell.failed} failed, ${cell.skipped} skipped`;
    if (!isJson) process.stdout.write(`  ${cell.ok ? '✔' : '✘'} ${cell.name.padEnd(32)} ${counts}\n`);
  }
}
const machine = describeMachine();
process.stdout.write(
  `${JSON.stringify({ name: 'matrix', machine, ok: cells.every(({ ok }) => ok), metrics: [], cases: cells })}\n`,
);
