/** Which process to attach to, decided from what runs. Pure; process-table.ts looks. */
import { MapscopeError } from '@mapscope/events';

export interface ProcessEntry {
  readonly pid: number;
  /** what /proc/PID/exe points to; " (deleted)" at its end when the file was replaced */
  readonly exe: string;
}

export type TargetChoice =
  | { readonly by: 'pid'; readonly pid: number }
  /** absolute, links resolved */
  | { readonly by: 'exe'; readonly path: string };

const MAX_LISTED = 8;

export function chooseTarget(choice: TargetChoice, running: readonly ProcessEntry[]): ProcessEntry {
  return choice.by === 'pid' ? chooseByPid(choice.pid, running) : chooseByExe(choice.path, running);
}

function chooseByPid(pid: number, running: readonly ProcessEntry[]): ProcessEntry {
  const found = running.find((entry) => entry.pid === pid);
  if (found !== undefined) return found;
  throw new MapscopeError(
    'TARGET_NOT_FOUND',
    `no process with an executable has pid ${pid}: give --pid of one that runs`,
    {
      facts: { pid },
    },
  );
}

function chooseByExe(path: string, running: readonly ProcessEntry[]): ProcessEntry {
  const found = running.filter((entry) => withoutDeleted(entry.exe) === path);
  const [only] = found;
  if (only === undefined) {
    throw new MapscopeError('TARGET_NOT_FOUND', `no process runs ${path}: start it first, or give --pid`, {
      facts: { path },
    });
  }
  if (found.length === 1) return only;
  const pids = found.map(({ pid }) => pid);
  const listed = pids.slice(0, MAX_LISTED).join(', ') + (pids.length > MAX_LISTED ? ', …' : '');
  const text = `${pids.length} processes run ${path}: give --pid of one of them (${listed})`;
  throw new MapscopeError('TARGET_NOT_FOUND', text, { facts: { path, processes: pids.length } });
}

export function withoutDeleted(exe: string): string {
  return exe.replace(/ \(deleted\)$/, '');
}
