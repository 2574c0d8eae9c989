/** Our own programs as child processes: the ingest roles and the API, each ready when it says so. */
import { join } from 'node:path';
import { startProcess, type RunningProcess } from './process.ts';
import { REPO_ROOT, type DataPaths } from './paths.ts';

const INGEST = join(REPO_ROOT, 'apps/ingest/dist/main.js');
const API = join(REPO_ROOT, 'apps/api/dist/main.js');
const PAGES = join(REPO_ROOT, 'apps/ui/dist');
const START_TIMEOUT_MILLIS = 60_000;

interface Role {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly readyEvent: string;
  /** V8's own bounds: each role must fit a small machine */
  readonly heapMiB: number;
}

async function startRole(paths: DataPaths, role: Role): Promise<RunningProcess> {
  const running = startProcess({
    name: role.name,
    command: process.execPath,
    args: [`--max-old-space-size=${role.heapMiB}`, '--enable-source-maps', role.script, ...role.args],
    env: role.env,
    logFile: join(paths.logs, `${role.name}.log`),
  });
  await running.event(role.readyEvent, START_TIMEOUT_MILLIS);
  return running;
}

export async function startClickhouse(
  paths: DataPaths,
  port: number,
): Promise<{ url: string; process: RunningProcess }> {
  const running = await startRole(paths, {
    name: 'clickhouse',
    script: INGEST,
    args: ['clickhouse', '--port', String(port), '--data-dir', paths.clickhouseData],
    // libuv reads it once, before its pool starts: all engine work runs there
    env: { UV_THREADPOOL_SIZE: '8' },
    readyEvent: 'ready',
    heapMiB: 256,
  });
  return { url: `http://127.0.0.1:${port}`, process: running };
}

export interface Addresses {
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
}

const addressArgs = (to: Addresses): string[] => [
  '--kafka-brokers',
  to.kafkaBrokers.join(','),
  '--clickhouse-url',
  to.clickhouseUrl,
];

export function startWriter(paths: DataPaths, to: Addresses): Promise<RunningProcess> {
  const args = ['writer', ...addressArgs(to)];
  return startRole(paths, { name: 'writer', script: INGEST, args, readyEvent: 'ready', heapMiB: 256 });
}

/** OTLP over HTTP, where SDKs and collectors send their spans. */
export async function startOtlp(
  paths: DataPaths,
  brokers: readonly string[],
  port: number,
): Promise<{ url: string; process: RunningProcess }> {
  const args = ['otlp', '--port', String(port), '--kafka-brokers', brokers.join(',')];
  const running = await startRole(paths, { name: 'otlp', script: INGEST, args, readyEvent: 'ready', heapMiB: 256 });
  return { url: `http://127.0.0.1:${port}`, process: running };
}

export async function startApi(
  paths: DataPaths,
  to: Addresses,
  port: number,
): Promise<{ url: string; process: RunningProcess }> {
  const args = ['--port', String(port), ...addressArgs(to), '--ui-dir', PAGES];
  const running = await startRole(paths, { name: 'api', script: API, args, readyEvent: 'ready', heapMiB: 512 });
  return { url: `http://127.0.0.1:${port}`, process: running };
}

export interface AgentTarget {
  readonly pid: number;
  readonly service: string;
  /** file that gets a copy of every batch sent, see apps/ingest's --capture */
  readonly capture?: string | undefined;
}

export function startAgent(paths: DataPaths, brokers: readonly string[], target: AgentTarget): Promise<RunningProcess> {
  const args = [
    'agent',
    '--pid',
    String(target.pid),
    '--service',
    target.service,
    '--kafka-brokers',
    brokers.join(','),
    '--data-dir',
    paths.agentData,
  ];
  if (target.capture !== undefined) args.push('--capture', target.capture);
  return startRole(paths, { name: 'agent', script: INGEST, args, readyEvent: 'attached', heapMiB: 256 });
}
