/** The Go service of a scenario, built by one toolchain: started, broken and mended, and asked for what it measured. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { goEnvironment, toolchain } from '../setup/tasks/go-toolchain.ts';
import { run } from '../setup/run.ts';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import { startProcess } from '../world/process.ts';
import type { Mark } from './compare.ts';
import type { Truth } from './truth.ts';

export interface Programs {
  readonly service: string;
  readonly load: string;
}

export async function buildPrograms(paths: DataPaths, go: string): Promise<Programs> {
  const tools = toolchain(paths, go);
  const folder = join(paths.bin, `faults-go${go}`);
  mkdirSync(folder, { recursive: true });
  const build = (name: string, cwd: string, source: string): Promise<unknown> =>
    run(tools.go, ['build', '-o', join(folder, name), source], {
      cwd: join(REPO_ROOT, cwd),
      env: goEnvironment(paths, tools),
      mend: `${cwd} did not build with Go ${go}: this is a fault there, please report it`,
    });
  await build('service', 'infra/faults/service', '.');
  await build('load', 'infra/demo', './load');
  return { service: join(folder, 'service'), load: join(folder, 'load') };
}

export interface Service {
  readonly pid: number;
  readonly goVersion: string;
  /** host:port */
  readonly address: string;
  readonly marks: Readonly<Record<string, Mark>>;
  /** begins the service's own measurements anew */
  readonly setFault: (isOn: boolean) => Promise<void>;
  readonly truth: () => Promise<Truth>;
  /** of mode racy: resolves when the service has said that it will crash */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const READY_MILLIS = 30_000;

export async function startService(
  { service, logs }: { readonly service: string; readonly logs: string },
  mode: string,
  more: readonly string[] = [],
): Promise<Service> {
  const args = ['-mode', mode, ...more];
  const started = startProcess({ name: mode, command: service, args, logFile: join(logs, `${mode}.log`) });
  const ready = await started.event('ready', READY_MILLIS);
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(`http://${String(ready['admin'])}${path}`, init);
    if (response.ok) return response;
    throw new MapscopeError('INTERNAL', `the service in mode ${mode} answered ${response.status} to ${path}`);
  };
  return {
    pid: started.pid,
    goVersion: String(ready['goVersion']),
    address: String(ready['listen']),
    // What service/marks.go writes.
    marks: ready['marks'] as Service['marks'],
    setFault: async (isOn) => void (await ask(`/fault?on=${isOn}`, { method: 'POST' })),
    // What service/visit.go writes.
    truth: async () => (await (await ask('/truth')).json()) as Truth,
    crash: async () => void (await ask('/crash', { method: 'POST' })),
    stop: () => started.stop(),
  };
}
