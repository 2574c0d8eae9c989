/** CPU time and largest resident size of another process, from /proc (proc_pid_stat(5), proc_pid_status(5)). */
import { readFileSync } from 'node:fs';

/** USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the command's name, which may hold anything: state is field 3, utime 14, stime 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

export const peakMebibytes = (pid: number): number => mebibytes(pid, /^VmHWM:\s+(\d+) kB/m);
export const residentMebibytes = (pid: number): number => mebibytes(pid, /^VmRSS:\s+(\d+) kB/m);

function mebibytes(pid: number, line: RegExp): number {
  const kibibytes = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes ?? 0) / 1024;
}
