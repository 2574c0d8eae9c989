/** Looks at /proc. Linux: Documentation/filesystems/proc.rst. */
import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import type { ProcessEntry } from './choose-target.ts';

/** Every process with an executable that we may see; kernel threads have none. */
export function listProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const exe = attempt(() => readlinkSync(`/proc/${name}/exe`));
      return exe === undefined ? [] : [{ pid: Number(name), exe }];
    });
}

/** The path as /proc/PID/exe shows it. */
export function resolveExecutable(path: string): string {
  const real = attempt(() => realpathSync(path));
  if (real !== undefined) return real;
  throw new MapscopeError(
    'TARGET_NOT_FOUND',
    `${path} is not there: give the path of the service's executable to --exe`,
    {
      facts: { path },
    },
  );
}

/**
 * When the process started, in clock ticks since boot: field 22 of /proc/PID/stat. A pid is used again by others,
 * pid and start time are not. Undefined: it is gone (or a zombie, whose memory is gone).
 */
export function startTicks(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // Field 2 is the name in parentheses and may hold anything: count from behind the last one; field 3 is the state.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined; // gone in between, or not ours to see
  }
}
