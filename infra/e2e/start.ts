/** Runs `npm start` as a person would, on ports and data of its own, and gives back what it printed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { REPO_ROOT } from '../world/paths.ts';

export interface StartResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** the last line of stdout, if it is JSON */
  readonly report: Report;
}

interface Site {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The parts of the report that tests look at. */
export interface Report {
  readonly verdict: string;
  readonly sentence: string;
  readonly waiter: Site | null;
  readonly releasedAt: Site | null;
  readonly explained: Estimate | null;
  readonly p99: { readonly beforeMs: Estimate; readonly duringMs: Estimate; readonly counterfactualMs: number | null };
  readonly contentionRatio: {
    readonly value: number | null;
    readonly baseline: number | null;
    readonly threshold: number;
  };
  readonly exemplarTraceIds: readonly string[];
  readonly pipeline: Record<string, number>;
  readonly run: {
    readonly residentMiB: number;
    readonly goVersion: string;
    readonly probes: number;
    readonly attachMs: number;
  };
}

const TIMEOUT_MILLIS = 280_000;

/** A data directory of its own, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function npmStart(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  as: { readonly uid?: number } = {},
): Promise<StartResult> {
  const freePorts = ['--port', '0', '--kafka-port', '0', '--clickhouse-port', '0', '--otlp-port', '0'];
  const child = spawn('npm', ['start', '--silent', '--', ...freePorts, ...args], {
    cwd: REPO_ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(as.uid === undefined ? {} : { uid: as.uid, gid: as.uid }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const timer = setTimeout(() => child.kill('SIGTERM'), TIMEOUT_MILLIS);
  return new Promise((resolve) => {
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr, report: lastJson(stdout) });
    });
  });
}

function lastJson(stdout: string): Report {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  // Without a report every look at it fails with the whole output, see the tests.
  return JSON.parse(last.startsWith('{') ? last : '{}') as Report;
}
