/** Resident memory of the processes of a case, when they had begun to work and at the end. */
import { residentMiB } from '../world/memory.ts';
import type { RunningProcess } from '../world/process.ts';
import type { MemoryReading } from './report.ts';

export interface MemoryBook {
  /** after it has worked for a moment: what a start takes is no growth */
  readonly begin: (name: string, process: RunningProcess) => void;
  /** of those that still run */
  readonly readings: () => readonly MemoryReading[];
}

export function makeMemoryBook(): MemoryBook {
  const begun = new Map<RunningProcess, { readonly name: string; readonly beginMiB: number }>();
  return {
    begin: (name, process) => void begun.set(process, { name, beginMiB: residentMiB([process.pid]) }),
    readings: () =>
      [...begun]
        .filter(([process]) => process.running())
        .map(([process, { name, beginMiB }]) => ({ process: name, beginMiB, endMiB: residentMiB([process.pid]) })),
  };
}
