/** Resident memory of processes, read from /proc (VmRSS in kB, Linux Documentation/filesystems/proc.rst). */
import { readFileSync } from 'node:fs';

function residentBytes(pid: number): number {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    // It ended: it holds nothing any more.
    return 0;
  }
}

/** Of several processes together; a page that they share counts once for each. */
export const residentMiB = (pids: readonly number[]): number =>
  Math.round(pids.reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20);
