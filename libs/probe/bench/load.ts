/** A probed server under load: one second after another, with and without probes, and what each cost. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { GoBinary } from '@mapscope/golang';
import { attachSession } from '../src/attached-session.ts';
import type { Manifest, ManifestHook } from '../src/manifest.ts';
import { openProbes } from '../src/probes.ts';
import { findTarget } from '../src/target.ts';
import { CLOCK } from '../src/test-target.ts';
import type { RunningTarget } from '../src/test-target.ts';

const run = promisify(execFile);
const RING_BYTES = 16 << 20;

export interface Window {
  readonly requestsPerSecond: number;
  /** CPU time of the server's threads, user and kernel; it does not count what other processes take */
  readonly cpuNanosPerRequest: number;
}

export interface Bench {
  readonly target: RunningTarget;
  readonly executable: string;
  readonly binary: GoBinary;
  readonly seconds: number;
}

/** wrk, one thread on the second CPU, eight connections kept alive. The server is on the first one. */
export async function load({ target, seconds }: Bench): Promise<Window> {
  const before = cpuNanos(target.pid);
  const { stdout } = await run('taskset', ['2', 'wrk', '-t1', '-c8', `-d${seconds}`, target.url]);
  const used = cpuNanos(target.pid) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return {
    requestsPerSecond: Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1]),
    cpuNanosPerRequest: used / requests,
  };
}

export interface Attached {
  readonly manifest: Manifest;
  readonly hooks: readonly ManifestHook[];
  /** closed: what is left is the price of the traps */
  readonly gateOpen: boolean;
}

/** Rows are made as an agent makes them, and dropped instead of being sent: both on the second CPU. */
export async function loadProbed(bench: Bench, { manifest, hooks, gateOpen }: Attached): Promise<Window> {
  const { target, executable, binary } = bench;
  const families = manifest.families.filter((family) => hooks.some((hook) => hook.family === family));
  const part = { ...manifest, hooks, families };
  const session = await attachSession({
    options: {
      pid: target.pid,
      executablePath: executable,
      binary,
      families,
      ringBytes: RING_BYTES,
      flushMillis: 500,
      service: 'hello',
      platform: 'bench',
      clock: CLOCK,
      onColumns: () => undefined,
      onProblem: (error) => process.stderr.write(`${error.message}\n`),
    },
    target: findTarget(target.pid, executable),
    manifest: part,
    probes: openProbes(part, { ringBytes: RING_BYTES }),
  });
  session.setGate(gateOpen);
  try {
    return await load(bench);
  } finally {
    await session.detach();
  }
}

/** Documentation/scheduler/sched-stats.rst: the first number is nanoseconds on a CPU. */
function cpuNanos(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder)
    .map((thread) => Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, nanos) => sum + nanos, 0);
}

export const pinToFirstCpu = (pid: number): Promise<unknown> => run('taskset', ['-a', '-p', '1', String(pid)]);
