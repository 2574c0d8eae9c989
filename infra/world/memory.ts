/** Resident memory of processes, read from /proc (VmRSS in kB, Linux Documentation/filesystems/proc.rst). */
import { readFileSync } from 'node:fs';

export function residentBytes(pid: number): number {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    // It ended: it holds nothing any more.
    return 0;
  }
}
