/** The demo shop of infra/demo: built here, started, broken and mended through its own admin port. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { goEnvironment, toolchain } from '../setup/tasks/go-toolchain.ts';
import { run } from '../setup/run.ts';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import { startProcess, type RunningProcess } from '../world/process.ts';
import type { Target } from './target.ts';

export type Fault = 'lock' | 'downstream';
const READY_TIMEOUT_MILLIS = 20_000;

export interface DemoBinaries {
  readonly order: string;
  readonly load: string;
}

interface BuildOptions {
  /** Files are named by package and not by this machine's folders: a recording of it can be given away. */
  readonly trimPaths: boolean;
}

/** Builds both programs with one toolchain; Go's own cache makes a second build a matter of milliseconds. */
export async function buildDemo(
  paths: DataPaths,
  goVersion: string,
  { trimPaths }: BuildOptions = { trimPaths: false },
): Promise<DemoBinaries> {
  const tools = toolchain(paths, goVersion);
  const folder = join(paths.bin, `go${goVersion}${trimPaths ? '-trimmed' : ''}`);
  const flags = trimPaths ? ['-trimpath'] : [];
  mkdirSync(folder, { recursive: true });
  const env = goEnvironment(paths, tools);
  const cwd = join(REPO_ROOT, 'infra/demo');
  const mend = 'The demo service did not build: this is a fault in infra/demo, please report it';
  for (const name of ['order', 'load'])
    await run(tools.go, ['build', ...flags, '-o', join(folder, name), `./${name}`], { cwd, env, mend });
  return { order: join(folder, 'order'), load: join(folder, 'load') };
}

export interface DemoOptions {
  readonly fault: Fault;
  readonly requestsPerSecond: number;
}

/** The shop's own addresses, host:port, beside what every target has. */
export interface DemoTarget extends Target {
  readonly address: string;
  readonly admin: string;
}

export async function startDemo(paths: DataPaths, binaries: DemoBinaries, options: DemoOptions): Promise<DemoTarget> {
  const logFile = join(paths.logs, 'order.log');
  const order = startProcess({ name: 'order', command: binaries.order, args: [], logFile });
  const ready = await order.event('ready', READY_TIMEOUT_MILLIS);
  const [listen, admin] = [String(ready['listen']), String(ready['admin'])];
  let load: RunningProcess | undefined;
  return {
    address: listen,
    admin,
    service: 'order',
    pid: order.pid,
    describe: `order, the demo shop, built by ${String(ready['goVersion'])}`,
    startLoad: async () => {
      const args = ['-url', `http://${listen}`, '-rate', String(options.requestsPerSecond)];
      load = startProcess({ name: 'load', command: binaries.load, args, logFile: join(paths.logs, 'load.log') });
    },
    stopLoad: async () => load?.stop(),
    breakIt: () => setFault(admin, options.fault),
    fixIt: () => setFault(admin, 'none'),
    alive: order.running,
    stop: async () => {
      await load?.stop();
      await order.stop();
    },
  };
}

async function setFault(admin: string, name: Fault | 'none'): Promise<string> {
  const response = await fetch(`http://${admin}/fault?name=${name}`, { method: 'POST' });
  if (!response.ok)
    throw new MapscopeError('INTERNAL', `the demo service answered ${response.status} to the fault "${name}"`);
  return name === 'none' ? 'mended' : `fault "${name}" is on`;
}
