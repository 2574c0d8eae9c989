/**
 * `npm run arm64 [-- --json]`: the probes of every family in a real arm64 kernel, by emulation: the same tests as on amd64,
 * Go 1.19, 1.24 and the newest; pages of 16 KiB; three CPUs that must give three platform tags. Names of Go versions choose;
 * `--all` adds the tests that take minutes in there. `fleet`: `npm start -- --arm64`, until events of both platforms are stored.
 * The last line of stdout is one JSON object; exit 0 when every cell was shown. No time measured in there is printed.
 */
import { describeMachine } from '../machine.ts';
import { progressTo } from '../setup/steps.ts';
import { KERNEL_FLAVOURS } from '../setup/tasks/arm64-packages.ts';
import { ensureGo, GO_VERSIONS } from '../setup/tasks/go-toolchain.ts';
import { dataPaths } from '../world/paths.ts';
import { cellsOfTests, tagCell, type Arm64Cell } from './cells.ts';
import { showFleet } from './fleet-shown.ts';
import { CPU_MODELS, type CpuModel } from './machine.ts';
import { LONG, PAGES, runProbeTests, TAG } from './probe-tests.ts';
import { ensureArm64 } from './run.ts';

const NEWEST = GO_VERSIONS.at(-1) ?? '';
const USUAL = ['1.19', '1.24', NEWEST];

const paths = dataPaths();
const words = process.argv.slice(2);
const isJson = words.includes('--json');
const heavy = words.includes('--all');
const named = words.filter((word) => !['--json', '--all'].includes(word));
const FLEET = 'fleet';
const unknown = named.filter((word) => word !== FLEET && !GO_VERSIONS.includes(word));
if (unknown.length > 0) {
  process.stderr.write(`no Go ${unknown.join(', ')}: there are ${GO_VERSIONS.join(', ')}, and ${FLEET}\n`);
  process.exit(2);
}

const progress = progressTo((line) => process.stderr.write(line));
const started = performance.now();
const versions = named.length === 0 ? USUAL : named.filter((word) => word !== FLEET);
const cells: Arm64Cell[] = [];

function tell(found: readonly Arm64Cell[]): void {
  for (const cell of found) {
    cells.push(cell);
    if (!isJson) process.stdout.write(`  ${cell.ok ? '✔' : '✘'} ${cell.name.padEnd(36)} ${cell.detail}\n`);
  }
}

async function showProbes(): Promise<void> {
  for (const version of versions) await progress(`Go ${version}`, () => ensureGo(paths, version));
  for (const flavour of KERNEL_FLAVOURS)
    await progress(`arm64 kernel ${flavour}`, async () => void (await ensureArm64(paths, flavour)));

  await progress(`probes on arm64, Go ${versions.join(', ')}`, async () => {
    const result = await runProbeTests(paths, { ...LONG, heavy, versions });
    tell(cellsOfTests(result, versions, ''));
  });
  await progress('probes on arm64 with pages of 16 KiB', async () => {
    const result = await runProbeTests(paths, { ...PAGES, versions: versions.slice(-1) });
    tell(cellsOfTests(result, versions.slice(-1), ' 16k'));
  });
  const tags = new Map<string, string>();
  // Object.keys gives string[]; the keys are exactly the models.
  for (const cpu of Object.keys(CPU_MODELS) as CpuModel[]) {
    await progress(`platform tag of ${cpu}`, async () => {
      const { platform } = await runProbeTests(paths, { ...TAG, versions: versions.slice(-1), cpu });
      tags.set(cpu, platform);
    });
  }
  tell([tagCell(tags)]);
}

if (versions.length > 0) await showProbes();
if (named.includes(FLEET)) tell([await showFleet({ progress, say: (line) => void process.stderr.write(line) })]);

const seconds = Math.round((performance.now() - started) / 1000);
const ok = cells.every((cell) => cell.ok);
const result = { name: 'arm64', machine: describeMachine(), ok, seconds, metrics: [], cases: cells };
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = ok ? 0 : 1;
