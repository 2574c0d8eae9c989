/** Resident memory of the processes of a case, when they had begun to work and at the end. */
import { residentMiB } from '../world/memory.ts';
import type { RunningProcess } from '../world/process.ts';
import type { MemoryReading } from './report.ts';

export interface MemoryBook {
  /** after it has worked for a moment: what a start takes is no growth */
  readonly begin: (name: string, process: RunningProcess) => void;
  /** before it is told to end */
  readonly end: (process: RunningProcess) => void;
  /** of those that were told to end, and of those that still run */
  readonly readings: () => readonly MemoryReading[];
}

export function makeMemoryBook(): MemoryBook {
  const begun = new Map<RunningProcess, Known>();
  const ended: MemoryReading[] = [];
  return {
    end: (process) => {
      const known = begun.get(process);
      begun.delete(process);
      if (known !== undefined) ended.push(reading(process, known));
    },
    begin: (name, process) => void begun.set(process, { name, beginMiB: residentMiB([process.pid]) }),
    readings: () => [
      ...ended,
      ...[...begun].filter(([process]) => process.running()).map(([process, known]) => reading(process, known)),
    ],
  };
}

interface Known {
  readonly name: string;
  readonly beginMiB: number;
}

const reading = ({ pid }: RunningProcess, { name, beginMiB }: Known): MemoryReading => ({
  process: name,
  beginMiB,
  endMiB: residentMiB([pid]),
});
