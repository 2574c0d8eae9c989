/** For integration tests: finds Go toolchains, builds programs of testdata/ with them, runs them, reads rows back. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MapscopeError } from '@mapscope/events';
import type { Clock, Columns } from '@mapscope/events';
import { valueOf } from './rows/test-values.ts';
import type { Row } from './rows/test-values.ts';
import { checkThisMachine } from './target.ts';

export type { Row };

const REPOSITORY = new URL('../../../', import.meta.url).pathname;
const TESTDATA = new URL('../testdata/', import.meta.url).pathname;

export type TestProgram =
  | 'callserver'
  | 'endserver'
  | 'gcserver'
  | 'goroutines'
  | 'hello'
  | 'locks'
  | 'lockserver'
  | 'mapops'
  | 'racy'
  | 'routeserver'
  | 'soak'
  | 'syncmaps'
  | 'traces';

export interface Toolchain {
  readonly root: string;
  /** e.g. go1.24.4 */
  readonly version: string;
}

/** MAPSCOPE_GO_ROOTS (colon-separated GOROOTs), else Debian's own and what the setup fetched. Each version once. */
export function findToolchains(): readonly Toolchain[] {
  const found = globSync(['/usr/lib/go-*', `${REPOSITORY}.mapscope/go/*/usr/lib/go-*`]);
  const roots = process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? found;
  const toolchains = roots.filter((root) => existsSync(`${root}/bin/go`)).map(describeToolchain);
  return [...new Map(toolchains.map((toolchain) => [toolchain.version, toolchain])).values()];
}

const describeToolchain = (root: string): Toolchain => ({
  root,
  version: readFileSync(`${root}/VERSION`, 'utf8').split(/\s/)[0] ?? '',
});

/** false: it hands out what was built elsewhere, and has neither sources nor tools (infra/arm64/guest/go.sh) */
export const isWhole = ({ root }: Toolchain): boolean => existsSync(`${root}/src`);

/** false in an emulated machine (infra/arm64), whose CPUs stand still for milliseconds: then only counts and names are compared */
export const COMPARES_TIMES = process.env['MAPSCOPE_EMULATED'] === undefined;

export interface Variant {
  readonly name: string;
  readonly toolchain: Toolchain;
  /** of go build */
  readonly flags: readonly string[];
}

/** A program by every toolchain, and by the newest as it is hardest to read. */
export function variantsOf(toolchains: readonly Toolchain[]): readonly Variant[] {
  const plain = toolchains.map((toolchain) => ({ name: toolchain.version, toolchain, flags: [] }));
  const hardest = toolchains.slice(-1).map((toolchain) => ({
    name: `${toolchain.version}, position independent, stripped`,
    toolchain,
    flags: ['-buildmode=pie', '-ldflags=-s -w'],
  }));
  return [...plain, ...hardest];
}

/** Why this machine cannot run the test; undefined: it can. */
export function whyNot(toolchains: readonly Toolchain[]): string | undefined {
  try {
    checkThisMachine();
  } catch (error) {
    if (error instanceof MapscopeError) return error.message;
    throw error;
  }
  return toolchains.length === 0 ? 'no Go toolchain: install golang-go or set MAPSCOPE_GO_ROOTS' : undefined;
}

/** @param folderOfProgram where its sources are, if not in testdata/ */
export function buildTarget(
  program: TestProgram,
  toolchain: Toolchain,
  flags: readonly string[],
  folderOfProgram = TESTDATA + program,
): string {
  const folder = path.join(os.tmpdir(), 'mapscope-probe-test');
  mkdirSync(folder, { recursive: true });
  const output = path.join(folder, `${program}-${toolchain.version}-${flags.length}-${process.pid}`);
  execFileSync(`${toolchain.root}/bin/go`, ['build', ...flags, '-o', output, '.'], {
    cwd: folderOfProgram,
    env: {
      GOCACHE: path.join(folder, 'cache'),
      ...process.env,
      GOROOT: toolchain.root,
      GOTOOLCHAIN: 'local',
      GOPROXY: 'off',
      GOFLAGS: '-mod=mod',
    },
  });
  return output;
}

export interface RunningTarget extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly exited: Promise<unknown>;
}

export async function runTarget(executable: string, environment: NodeJS.ProcessEnv = {}): Promise<RunningTarget> {
  const env = { ...process.env, ...environment };
  const child = spawn(executable, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return {
    pid: child.pid ?? 0,
    url: `http://${String(value).split(' ')[1]}`,
    exited,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The line of a program's main.go that carries a mark. */
export function markedLine(mark: string, program: TestProgram = 'lockserver'): number {
  const lines = readFileSync(`${TESTDATA}${program}/main.go`, 'utf8').split('\n');
  return lines.findIndex((line) => line.endsWith(`// MARK ${mark}`)) + 1;
}

export function rowsOf(batches: readonly Columns[], kind: Columns['kind']): readonly Row[] {
  return batches
    .filter((columns) => columns.kind === kind)
    .flatMap(({ rows, columns }) =>
      Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, valueOf(kind, name, data, row)])),
      ),
    );
}

/** "main.(*cache).get:45" */
export function siteOf(row: Row, who: 'waiter' | 'holder' | 'other' | 'lock'): string {
  return `${String(row[`${who}_function`])}:${String(row[`${who}_line`])}`;
}

export function sumOf(rows: readonly Row[], ...names: readonly string[]): number {
  return rows.reduce((total, row) => total + names.reduce((part, name) => part + Number(row[name]), 0), 0);
}

export const CLOCK: Clock = {
  unixNanos: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanos: () => process.hrtime.bigint(),
};

/** What the program counted itself (type counts of main.go). */
export interface OwnCounts {
  readonly Requests: number;
  readonly MutexNanos: number;
  readonly ReaderNanos: number;
  readonly WriterNanos: number;
  readonly MutexAddr: string;
  readonly RWMutexAddr: string;
}

export async function ownCounts(target: RunningTarget): Promise<OwnCounts> {
  const response = await fetch(`${target.url}/counts`);
  // The program is ours: main.go, type counts.
  return (await response.json()) as OwnCounts;
}

/** Sends one request of its own trace; gives the trace id. A handler that panics is no failure here. */
export async function send(target: RunningTarget, path: string): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const sent = fetch(target.url + path, { headers: { traceparent } });
  await sent.then((response) => response.text()).catch(() => undefined);
  return traceId;
}

export const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
