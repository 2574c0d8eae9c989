/** The process to be probed, and this machine: what /proc and the system say of them. Impure and thin. */
import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import { MapscopeError } from '@mapscope/events';
import { checkMachine } from './kernel/support.ts';

export interface Target {
  readonly pid: number;
  readonly executablePath: string;
  /** of the running executable, as it stands in the process's map */
  readonly inode: number;
  /** text of /proc/PID/maps */
  readonly maps: string;
  /** clock ticks after boot: tells this process from a later one with the same pid */
  readonly startTicks: string;
}

export function checkThisMachine(): void {
  checkMachine({ userId: process.geteuid?.() ?? -1, kernelRelease: os.release(), arch: process.arch });
}

export function findTarget(pid: number, executablePath: string): Target {
  const startTicks = readStartTicks(pid);
  if (startTicks === undefined) {
    const message = `there is no process ${pid}: give the pid of the running service`;
    throw new MapscopeError('TARGET_NOT_FOUND', message, { facts: { pid } });
  }
  const running = identity(`/proc/${pid}/exe`, pid);
  const given = identity(executablePath, pid);
  if (running.dev !== given.dev || running.ino !== given.ino) {
    const message = `process ${pid} does not run ${executablePath} (it was replaced on disk, or the path is another one's): give /proc/${pid}/exe`;
    throw new MapscopeError('TARGET_NOT_FOUND', message, { facts: { pid, executablePath } });
  }
  return { pid, executablePath, inode: given.ino, maps: readFileSync(`/proc/${pid}/maps`, 'utf8'), startTicks };
}

export function isAlive(target: Target): boolean {
  return readStartTicks(target.pid) === target.startTicks;
}

function identity(path: string, pid: number): { readonly dev: number; readonly ino: number } {
  try {
    return statSync(path);
  } catch (cause) {
    const message = `${path} cannot be read: give the executable of process ${pid}, or /proc/${pid}/exe`;
    throw new MapscopeError('TARGET_NOT_FOUND', message, { facts: { pid, path }, cause });
  }
}

/** proc(5), /proc/PID/stat field 22; the command (field 2) may hold blanks and parentheses. Zombies are gone too. */
function readStartTicks(pid: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
