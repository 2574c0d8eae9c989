/** A session on the bench program, as an agent opens it; its columns become values and are dropped instead of being sent. */
import type { FamilyName } from '../src/families/families.ts';
import { openProbeSession } from '../src/session.ts';
import type { ProbeSession } from '../src/session.ts';
import { CLOCK } from '../src/test-target.ts';
import { agentValue } from './agent-value.ts';
import type { BenchProgram } from './bench-program.ts';

/** apps/ingest/src/agent/options.ts: what an agent attaches unless it is told otherwise. */
export const DEFAULT_FAMILIES: readonly FamilyName[] = ['lock', 'http', 'trace', 'client', 'fatal', 'gc'];
export const RING_BYTES = 16 << 20;

export interface Wanted {
  readonly families: readonly FamilyName[];
  readonly flightStacks?: boolean;
}

export function probe({ pid, executable, binary }: BenchProgram, wanted: Wanted): Promise<ProbeSession> {
  return openProbeSession({
    pid,
    executablePath: executable,
    binary,
    ...wanted,
    ringBytes: RING_BYTES,
    flushMillis: 500,
    service: 'bench',
    platform: 'arch=amd64',
    clock: CLOCK,
    onColumns: (columns) => void agentValue(columns),
    onProblem: (error) => process.stderr.write(`${error.message}\n`),
  });
}
