/** For integration tests: probes on a program that runs, with what tests have in common. */
import { readFileSync } from 'node:fs';
import type { Columns } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { keepColumns } from './rows/keep-columns.ts';
import { openProbeSession } from './session.ts';
import type { ProbeSession, ProbeSessionOptions } from './session.ts';
import { CLOCK } from './test-target.ts';

/** What the session hands over and what it complains of. */
export interface Heard {
  readonly batches: Columns[];
  readonly problems: Error[];
}

export interface TestSessionOptions extends Partial<ProbeSessionOptions> {
  readonly pid: number;
  readonly executable: string;
  readonly families: ProbeSessionOptions['families'];
}

export function openTestSession(
  { executable, ...options }: TestSessionOptions,
  { batches, problems }: Heard,
): Promise<ProbeSession> {
  return openProbeSession({
    executablePath: executable,
    binary: options.binary ?? readGoBinary(readFileSync(executable)),
    ringBytes: 1 << 20,
    flushMillis: 20,
    service: 'test',
    platform: 'test',
    clock: CLOCK,
    onColumns: (columns) => void batches.push(keepColumns(columns)),
    onProblem: (error) => void problems.push(error),
    ...options,
  });
}
