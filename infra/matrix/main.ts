/**
 * `npm run matrix -- [VERSION…] [--json]`: every probe family and the reading of binaries, on every Go version there is
 * (1.20 is in no Debian suite). The same tests as in `npm test`, which runs three versions; and the long forms of those
 * that have one (MAPSCOPE_LONG). The last line of stdout is one JSON object; exit 0 when every cell was measured.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { progressTo } from '../setup/steps.ts';
import { ensureGo, GO_VERSIONS, toolchain } from '../setup/tasks/go-toolchain.ts';
import { dataPaths, REPO_ROOT } from '../world/paths.ts';
import { cellsOf, type Cell } from './cells.ts';

const paths = dataPaths();
const words = process.argv.slice(2);
const isJson = words.includes('--json');
const named = words.filter((word) => word !== '--json');
const unknown = named.filter((version) => !GO_VERSIONS.includes(version));
if (unknown.length > 0) {
  process.stderr.write(`no Go ${unknown.join(', ')}: there are ${GO_VERSIONS.join(', ')}\n`);
  process.exit(2);
}

function runVersion(version: string): readonly Cell[] {
  const reportFile = join(paths.root, `matrix-${version}.json`);
  rmSync(reportFile, { force: true });
  const vitest = join(REPO_ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'infra/vitest.config.ts', '--project', 'matrix', '--reporter=json'];
  const env = { ...process.env, MAPSCOPE_GO_ROOTS: toolchain(paths, version).root, MAPSCOPE_LONG: '1' };
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit'];
  spawnSync(process.execPath, [...args, `--outputFile.json=${reportFile}`], { cwd: REPO_ROOT, stdio, env });
  return cellsOf(version, existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined);
}

const progress = progressTo((line) => process.stderr.write(line));
const cells: Cell[] = [];
for (const version of named.length === 0 ? GO_VERSIONS : named) {
  await progress(`Go ${version}`, () => ensureGo(paths, version));
  for (const cell of runVersion(version)) {
    cells.push(cell);
    const counts = `${cell.passed} passed, ${cell.failed} failed, ${cell.skipped} skipped`;
    if (!isJson) process.stdout.write(`  ${cell.ok ? '✔' : '✘'} ${cell.name.padEnd(32)} ${counts}\n`);
  }
}
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
};
process.stdout.write(
  `${JSON.stringify({ name: 'matrix', machine, ok: cells.every(({ ok }) => ok), metrics: [], cases: cells })}\n`,
);
