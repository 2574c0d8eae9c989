/** The probed program of these benchmarks (program/): built, started on a CPU of its own, asked over HTTP. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MapscopeError } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import type { GoBinary } from '@mapscope/golang';
import { findToolchains } from '../src/test-target.ts';

export interface BenchProgram extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly executable: string;
  readonly binary: GoBinary;
  readonly goVersion: string;
}

/** The probed program has the first CPU for itself; whoever loads and reads it shares the second. */
const PROGRAM_CPU = '0';
const OTHERS_CPU = '1';

export async function startBenchProgram(): Promise<BenchProgram> {
  if (cpus().length < 2) {
    throw new MapscopeError('TARGET_UNSUPPORTED', 'these benchmarks need two CPUs: one is the probed program’s alone');
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'mapscope-bench-'));
  const { executable, version } = build(folder);
  const child = spawn('taskset', ['-c', PROGRAM_CPU, executable], {
    env: { ...process.env, GOMAXPROCS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  execFileSync('taskset', ['-a', '-c', '-p', OTHERS_CPU, String(process.pid)], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return {
    pid: child.pid ?? 0,
    url: `http://${String(value).split(' ')[1]}`,
    executable,
    binary: readGoBinary(readFileSync(executable)),
    goVersion: version,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function build(folder: string): { readonly executable: string; readonly version: string } {
  const toolchain = findToolchains().at(-1);
  if (toolchain === undefined) {
    throw new MapscopeError('SETUP_FAILED', 'no Go toolchain: install golang-go or set MAPSCOPE_GO_ROOTS');
  }
  const executable = path.join(folder, 'bench');
  const env = { ...process.env, GOROOT: toolchain.root, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOFLAGS: '-mod=mod' };
  const cwd = new URL('./program/', import.meta.url).pathname;
  const goCache = { GOCACHE: process.env['GOCACHE'] ?? path.join(tmpdir(), 'mapscope-probe-test', 'cache') };
  execFileSync(`${toolchain.root}/bin/go`, ['build', '-o', executable, '.'], { cwd, env: { ...goCache, ...env } });
  return { executable, version: toolchain.version };
}

/** CPU nanoseconds of n operations, by the program's own clock; the request of this very call carries a trace. */
export async function runOps(program: BenchProgram, op: string, n: number): Promise<number> {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const response = await fetch(`${program.url}/run?op=${op}&n=${n}`, { headers: { traceparent } });
  if (!response.ok) throw new MapscopeError('INTERNAL', `op ${op}: ${await response.text()}`);
  // program/main.go, run
  const { cpuNanos } = (await response.json()) as { readonly cpuNanos: number };
  return cpuNanos;
}

export interface Used {
  readonly cpuNanos: number;
  readonly requests: number;
}

export async function usedBy(program: BenchProgram): Promise<Used> {
  const response = await fetch(`${program.url}/used`);
  // program/main.go, used
  return (await response.json()) as Used;
}

export const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
