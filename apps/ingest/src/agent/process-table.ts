/** Looks at /proc. Linux: Documentation/filesystems/proc.rst. */
import { readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import { fileOf } from '../executable/open-executable.ts';
import type { ProcessEntry } from './choose-target.ts';
import { attempt } from '../process/attempt.ts';

/** Every process with an executable that we may see; kernel threads have none. */
export function listProcesses(): readonly ProcessEntry[] {
  return processIds().flatMap((pid) => {
    const exe = executableName(pid);
    return exe === undefined ? [] : [{ pid, exe }];
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
  return statFields(pid)?.startTicks;
}

/** USER_HZ: 100 on x86 and arm64, whatever the kernel's own tick is (include/uapi/asm-generic/param.h). */
const NANOS_PER_TICK = 1e9 / 100;

/** CPU time of all its threads, those that ended too: fields 14 and 15. Undefined: it is gone. */
export function cpuNanos(pid: number): number | undefined {
  const ticks = statFields(pid)?.cpuTicks;
  return ticks === undefined ? undefined : ticks * NANOS_PER_TICK;
}

/** A process with the program that is in it. */
export interface ProcessImage {
  readonly startTicks: string;
  /** device:inode of the executable */
  readonly file: string;
  /** One name for all of it: it changes when the pid is used again and with every exec, of the same program too. */
  readonly image: string;
}

export function processImage(pid: number): ProcessImage | undefined {
  const stat = statFields(pid);
  const file = executableFile(pid);
  if (stat === undefined || file === undefined) return undefined;
  const { startTicks: ticks, startStack } = stat;
  return { startTicks: ticks, file, image: `${pid}:${ticks}:${startStack}:${file}` };
}

/** One system call; undefined: gone, a kernel thread, or not ours to see. */
export function executableFile(pid: number): string | undefined {
  const stat = attempt(() => statSync(`/proc/${pid}/exe`, { bigint: true, throwIfNoEntry: false }));
  return stat === undefined ? undefined : fileOf(stat);
}

export function processIds(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** '' where it is gone or may not be read */
export function processText(pid: number, name: 'environ' | 'cgroup' | 'cmdline'): string {
  return attempt(() => readFileSync(`/proc/${pid}/${name}`, 'utf8')) ?? '';
}

export function executableName(pid: number): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/exe`));
}

interface StatFields {
  readonly startTicks: string;
  readonly startStack: string;
  readonly cpuTicks: number;
}

/** Fields 14, 15, 22 and 28 of /proc/PID/stat: exec puts the stack elsewhere (address space randomisation), fork does not. */
function statFields(pid: number): StatFields | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // Field 2 is the name in parentheses and may hold anything: count from behind the last one; field 3 is the state.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const [ticks, startStack] = [fields[19], fields[25]];
  if (ticks === undefined || startStack === undefined) return undefined;
  return { startTicks: ticks, startStack, cpuTicks: Number(fields[11]) + Number(fields[12]) };
}
