/**
 * Child processes: started, watched, and stopped by their pid only.
 * A child speaks to its starter in JSON lines on stdout, `{"event": …}`; all its output is kept in a log file.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, openSync, readFileSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { EventLog, parseEvent, type ProcessEvent } from './event-log.ts';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  readonly logFile: string;
  /** for a shell: signals go to it and to its children */
  readonly ownGroup?: boolean | undefined;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** exit status once it ended; null if a signal ended it */
  readonly exited: Promise<number | null>;
  readonly running: () => boolean;
  /** the first event of that name, also one that came before the call */
  readonly event: (name: string, timeoutMillis: number) => Promise<ProcessEvent>;
  readonly events: () => readonly ProcessEvent[];
  /** SIGTERM, then SIGKILL after the grace time */
  readonly stop: (graceMillis?: number) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const GRACE_MILLIS = 20_000;

export function startProcess(spec: ProcessSpec): RunningProcess {
  const log = openLog(spec);
  const [command, args] = dieWithParent(spec.command, spec.args);
  const child = spawn(command, args, {
    env: { ...process.env, ...spec.env },
    cwd: spec.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal reaches only the starter, who stops all in the right order.
    detached: true,
  });
  const events = new EventLog();
  const exited = watch(spec, child, { log, events });
  const kill = (signal: NodeJS.Signals): void => signalChild(child, signal, spec.ownGroup === true);
  return {
    name: spec.name,
    pid: child.pid ?? -1,
    logFile: spec.logFile,
    exited,
    running: () => !events.ended,
    events: () => events.all,
    event: (name, timeoutMillis) => events.wait(name, timeoutMillis, `${spec.name}; its log is ${spec.logFile}`),
    stop: async (graceMillis = GRACE_MILLIS) => {
      if (!events.ended) kill('SIGTERM');
      const timer = setTimeout(() => kill('SIGKILL'), graceMillis);
      await exited;
      clearTimeout(timer);
    },
    kill,
  };
}

/** Opened before the child starts, so that a folder nobody may write to is told at once; a log that fails later ends nobody. */
function openLog({ name, logFile }: ProcessSpec): WriteStream {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { fd: openSync(logFile, 'a') });
  log.once('error', (error) => process.stderr.write(`  ${name}: its log ends here: ${error.message}\n`));
  return log.on('error', () => undefined);
}

/**
 * Even if its starter is killed with -9, a child must not stay behind: the kernel sends it SIGTERM then
 * (prctl PR_SET_PDEATHSIG, set by util-linux's setpriv, which every Debian has).
 */
export function dieWithParent(command: string, args: readonly string[]): [string, string[]] {
  const setpriv = '/usr/bin/setpriv';
  if (!existsSync(setpriv)) return [command, [...args]];
  return [setpriv, ['--pdeathsig', 'TERM', '--', command, ...args]];
}

interface Ears {
  readonly log: WriteStream;
  readonly events: EventLog;
}

function watch(spec: ProcessSpec, child: ChildProcess, { log, events }: Ears): Promise<number | null> {
  child.stderr?.pipe(log, { end: false });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`);
      const event = parseEvent(line);
      if (event !== undefined) events.push(event);
    });
  }
  return new Promise((resolve) => {
    const end = (code: number | null): void => {
      log.end();
      events.end(() => events.ownError() ?? endedByItself(spec, code));
      resolve(code);
    };
    child.once('error', (error) => {
      events.push({ event: 'error', message: `${spec.command} could not be started: ${error.message}` });
      end(127);
    });
    // `close`, not `exit`: only then every line of stdout was seen.
    child.once('close', end);
  });
}

function signalChild(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  if (child.pid === undefined || (child.exitCode !== null && !group)) return;
  try {
    process.kill(group ? -child.pid : child.pid, signal);
  } catch {
    // It ended between the check and the signal: that is what was wanted.
  }
}

function endedByItself(spec: ProcessSpec, code: number | null): MapscopeError {
  const lines = readFileSync(spec.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  const text = `${spec.name} ended by itself (exit ${code ?? 'by a signal'}). Last lines of ${spec.logFile}:\n${lines}`;
  return new MapscopeError('SETUP_FAILED', text, { facts: { process: spec.name } });
}
