/** A service of the user's own: a running process of the given executable, or one started here with --exe-args. */
import { readdirSync, readlinkSync, realpathSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import { run } from '../setup/run.ts';
import type { DataPaths } from '../world/paths.ts';
import { startProcess, type RunningProcess } from '../world/process.ts';
import type { Target } from './target.ts';

export interface OwnOptions {
  readonly exe: string;
  /** given: the executable is started with these arguments, even if it runs already */
  readonly exeArgs?: string | undefined;
  readonly service?: string | undefined;
  /** shell commands */
  readonly load?: string | undefined;
  readonly breakCommand?: string | undefined;
  readonly fixCommand?: string | undefined;
}

const SETTLE_MILLIS = 1_000;

export async function openOwn(paths: DataPaths, options: OwnOptions): Promise<Target> {
  const exe = resolveExecutable(options.exe);
  const service = options.service ?? basename(exe);
  const started = options.exeArgs === undefined ? undefined : await startService(paths, exe, options.exeArgs);
  const pid = started === undefined ? findProcess(exe) : started.pid;
  let load: RunningProcess | undefined;
  const shell = (name: string, command: string): RunningProcess =>
    startProcess({
      name,
      command: 'sh',
      args: ['-c', command],
      logFile: join(paths.logs, `${name}.log`),
      ownGroup: true,
    });
  return {
    service,
    pid,
    describe: `${service} (${exe}, pid ${pid})`,
    startLoad: async () => {
      if (options.load !== undefined) load = shell('load', options.load);
    },
    stopLoad: async () => load?.stop(),
    breakIt: shellStep(options.breakCommand),
    fixIt: shellStep(options.fixCommand),
    alive: () => existsSync(`/proc/${pid}`),
    stop: async () => {
      await load?.stop();
      await started?.stop();
    },
  };
}

function shellStep(command: string | undefined): (() => Promise<string>) | undefined {
  if (command === undefined) return undefined;
  return async () => {
    await run('sh', ['-c', command], { mend: 'This is the command that was given with --break or --fix' });
    return command;
  };
}

function resolveExecutable(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  throw new MapscopeError(
    'TARGET_NOT_FOUND',
    `${path} does not exist: give --exe the path of a Go program, e.g. --exe $(readlink -f /proc/PID/exe)`,
  );
}

/** The shell splits the arguments, and replaces itself by the service, so that the pid is the service's. */
async function startService(paths: DataPaths, exe: string, exeArgs: string): Promise<RunningProcess> {
  const name = basename(exe);
  const logFile = join(paths.logs, `${name}.log`);
  const started = startProcess({ name, command: 'sh', args: ['-c', `exec "$0" ${exeArgs}`, exe], logFile });
  await sleep(SETTLE_MILLIS);
  if (!started.running())
    throw new MapscopeError('TARGET_NOT_FOUND', `${exe} ${exeArgs} ended at once; its output is in ${logFile}`);
  return started;
}

export function findProcess(exe: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && executableOf(name) === exe);
  const [only] = pids;
  if (only !== undefined && pids.length === 1) return Number(only);
  const mend =
    pids.length === 0
      ? `no process runs ${exe}: start it, or let it be started with --exe-args "…" (may be empty)`
      : `${pids.length} processes run ${exe} (${pids.join(', ')}): stop all but one`;
  throw new MapscopeError('TARGET_NOT_FOUND', mend);
}

function executableOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    // It ended meanwhile, or is a kernel thread.
    return undefined;
  }
}
