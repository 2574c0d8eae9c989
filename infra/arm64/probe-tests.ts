/** The probes' own integration tests in the arm64 machine, with the programs that count for themselves. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MatrixReport } from '../matrix/cells.ts';
import type { KernelFlavour } from '../setup/tasks/arm64-packages.ts';
import type { DataPaths } from '../world/paths.ts';
import type { CpuModel } from './machine.ts';
import { ensurePrograms, type ProgramName } from './programs.ts';
import { GUEST_REPOSITORY, repositoryEntries } from './repository.ts';
import { ensureArm64, runOnArm64 } from './run.ts';

/** What is tested where: a test file of libs/probe/src, and the programs that it builds. */
export const SUBJECTS: Readonly<Record<string, readonly ProgramName[]>> = {
  'session.integration.test.ts': ['lockserver', 'racy'],
  'request.integration.test.ts': ['routeserver'],
  'families/lock/lock.integration.test.ts': ['locks'],
  'families/client/client.integration.test.ts': ['callserver'],
  'families/http/ends.integration.test.ts': ['endserver'],
  'families/gc/gc.integration.test.ts': ['gcserver'],
  'families/map/map.integration.test.ts': ['mapops', 'racy'],
  'families/syncmap/syncmap.integration.test.ts': ['syncmaps'],
  'families/goroutine/goroutine.integration.test.ts': ['goroutines'],
};

/** Emulation keeps counts and orders, not times: tests that hold a time against another clock's say nothing here. */
const OF_TIMES = ['wait and scheduler time within', 'pauses as long as', 'times lie within'];
/** Minutes in there: two CPUs that race until they meet in a map, and what the flight recorder holds of a long run. */
const HEAVY = ['/reader: a conflict', 'a small recorder', 'a dump that is handed over'];
/** Long too, and shown by the last version alone: what they show does not depend on the version. */
const HEAVY_OF_OLDER = [
  '/writers: a conflict',
  'a program that locks',
  'routes: the pattern',
  'stay in the agent',
  'with panicValues',
];
/** The only subject that is also run as position independent, stripped programs: it needs addresses and names of all kinds. */
const HARDEST = 'waits on locks';

export interface ProbeTests {
  readonly versions: readonly string[];
  /** keys of SUBJECTS */
  readonly subjects: readonly string[];
  /** also as position independent, stripped programs of the last version */
  readonly hardest: boolean;
  /** also the tests that take minutes in there */
  readonly heavy: boolean;
  /** test files at a time */
  readonly workers: 1 | 2;
  readonly flavour: KernelFlavour;
  readonly cpu: CpuModel;
  readonly limitSeconds: number;
}

/** Everything; counts are exact with pages of 4 KiB on this CPU (see README.md, "How far it can be trusted"). */
export const LONG: Omit<ProbeTests, 'versions'> = {
  subjects: Object.keys(SUBJECTS),
  hardest: true,
  heavy: false,
  workers: 1,
  flavour: 'cloud-arm64',
  cpu: 'neoverse-n1',
  limitSeconds: 3600,
};
/** Pages of 16 KiB are emulated well on this CPU only. Families that map memory: the ring, the flight recorder, the tables of maps. */
export const PAGES: Omit<ProbeTests, 'versions'> = {
  subjects: ['lock/lock', 'client/client', 'syncmap/syncmap', 'goroutine/goroutine'].map(
    (name) => `families/${name}.integration.test.ts`,
  ),
  hardest: false,
  heavy: false,
  workers: 1,
  flavour: 'arm64-16k',
  cpu: 'max',
  limitSeconds: 1800,
};
export const SHORT: Omit<ProbeTests, 'versions'> = {
  subjects: [
    'request.integration.test.ts',
    'families/lock/lock.integration.test.ts',
    'families/client/client.integration.test.ts',
  ],
  hardest: false,
  heavy: false,
  workers: 1,
  flavour: 'cloud-arm64',
  cpu: 'neoverse-n1',
  limitSeconds: 840,
};
/** Nothing but what the machine says of itself. */
export const TAG: Omit<ProbeTests, 'versions'> = { ...SHORT, subjects: [], limitSeconds: 600 };

export interface ProbeTestsResult {
  /** undefined: vitest did not come to its end */
  readonly report: MatrixReport | undefined;
  readonly platform: string;
  readonly output: string;
}

/** vitest and what it tests; and the programs of each Go version, which lie in memory, as everything does. */
const memoryMiB = (versions: readonly string[]): number => 1536 + 512 * versions.length;

export async function runProbeTests(paths: DataPaths, tests: ProbeTests): Promise<ProbeTestsResult> {
  const machine = await ensureArm64(paths, tests.flavour);
  const names = [...new Set(tests.subjects.flatMap((subject) => SUBJECTS[subject] ?? []))];
  const programs = [];
  for (const [index, version] of tests.versions.entries()) {
    const hardest: readonly ProgramName[] = tests.hardest && index === tests.versions.length - 1 ? ['locks'] : [];
    programs.push(...(await ensurePrograms(paths, { version, names, hardest })));
  }
  const outputFolder = mkdtempSync(join(tmpdir(), 'mapscope-arm64-'));
  const output: string[] = [];
  try {
    await runOnArm64(paths, machine, {
      size: { cpu: tests.cpu, cpus: 2, memoryMiB: memoryMiB(tests.versions) },
      files: [...(await repositoryEntries(paths)), ...programs],
      command: commandOf(tests),
      limitSeconds: tests.limitSeconds,
      onOutput: (text) => void output.push(text),
      outputFolder,
    });
    const read = (name: string): string | undefined =>
      existsSync(join(outputFolder, name)) ? readFileSync(join(outputFolder, name), 'utf8') : undefined;
    const report = read('report.json');
    return {
      report: report === undefined ? undefined : JSON.parse(report),
      platform: read('platform')?.trim() ?? 'unknown',
      output: output.join(''),
    };
  } finally {
    rmSync(outputFolder, { recursive: true });
  }
}

function commandOf(tests: ProbeTests): string {
  const { versions, subjects, workers } = tests;
  const words = [
    ['run', '--config', 'infra/vitest.config.ts', '--project', 'matrix', '--no-isolate'],
    ...(workers === 1 ? [] : [['--fileParallelism', `--maxWorkers=${workers}`]]),
    // Node's own module loader: vite's transforms take longer in there than the tests.
    ['--experimental.viteModuleRunner=false'],
    ['--reporter=default', '--reporter=json', '--outputFile.json=/out/report.json'],
    ['-t', `'${namePattern(tests)}'`],
    subjects.map((subject) => `libs/probe/src/${subject}`),
  ].flat();
  return [
    `cd /${GUEST_REPOSITORY}`,
    `export MAPSCOPE_GO_ROOTS=${versions.map((version) => `/go/${version}`).join(':')} NODE_OPTIONS=--conditions=source NO_COLOR=1 MAPSCOPE_EMULATED=1`,
    `node infra/platform.mjs ${versions.at(-1)} > /out/platform`,
    `tests() { node node_modules/vitest/vitest.mjs ${words.join(' ')}; }`,
    ...(subjects.length === 0 ? [] : WITH_SECOND_TRY),
    '',
  ].join('\n');
}

/**
 * Node itself may die in there: "Check failed: it->second.Size() > offset" in V8's bookkeeping of code pages, seen once in
 * six runs. That is no test that failed, and is told.
 */
const WITH_SECOND_TRY = [
  'tests 2>&1 | tee /tmp/said',
  `if grep -q 'Worker exited unexpectedly' /tmp/said; then echo 'Node died in the arm64 machine: a second try'; tests; fi`,
];

/** Of the tests' full names. Everything but tests of times, what is heavy, and the hardest programs where they were not built. */
export function namePattern({ versions, hardest, heavy }: ProbeTests): string {
  const older = versions.slice(0, -1).map((version) => version.replace('.', '\\.'));
  const tooMuch = older.length === 0 || heavy ? [] : [`go(${older.join('|')})\\..*(${HEAVY_OF_OLDER.join('|')})`];
  const unfit = [...OF_TIMES, ...(heavy ? [] : HEAVY), ...tooMuch, ...(hardest ? [] : ['position independent'])];
  return `^(?!.*(${unfit.join('|')}))(?!(?!${HARDEST}).*position independent)`;
}
