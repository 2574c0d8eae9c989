/** For map.integration.test.ts: programs built once, sessions on them with family map, and races until a conflict is seen. */
import { readFileSync } from 'node:fs';
import { MAP_EVENT_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import type { GoBinary } from '@mapscope/golang';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession } from '../../session.ts';
import { buildTarget, pause, rowsOf, runTarget } from '../../test-target.ts';
import type { Row, RunningTarget, TestProgram, Variant } from '../../test-target.ts';

export interface Watched extends AsyncDisposable {
  readonly target: RunningTarget;
  readonly session: ProbeSession;
  readonly rows: () => readonly Row[];
  readonly problems: readonly Error[];
}

/** Built once, whatever is done with it. */
export interface Built {
  readonly executable: string;
  readonly binary: GoBinary;
}

export function build(program: TestProgram, { toolchain, flags }: Variant): Built {
  const executable = buildTarget(program, toolchain, flags);
  return { executable, binary: readGoBinary(readFileSync(executable)) };
}

export async function watch({ executable, binary }: Built, mapSampleEvery: number): Promise<Watched> {
  const target = await runTarget(executable);
  const batches: Columns[] = [];
  const problems: Error[] = [];
  const session = await openTestSession(
    {
      pid: target.pid,
      executable,
      binary,
      families: ['trace', 'http', 'lock', 'map'],
      mapSampleEvery,
      ringBytes: 1 << 23,
    },
    { batches, problems },
  );
  return {
    target,
    session,
    problems,
    rows: () => rowsOf(batches, 'map_events'),
    [Symbol.asyncDispose]: async () => {
      await session.detach();
      await target[Symbol.asyncDispose]();
    },
  };
}

/** Until there is a conflict; the race itself ends with the program, or with the test's patience. */
export async function raced(
  watched: Watched,
  path: string,
): Promise<{ all: readonly Row[]; conflicts: readonly Row[] }> {
  const over = new AbortController();
  const racing = fetch(`${watched.target.url}${path}?for=20s`, { signal: over.signal }).catch(() => undefined);
  const all = (): readonly Row[] => watched.rows().filter((row) => row['kind'] === MAP_EVENT_KINDS.conflict);
  // Of a third operation only the flag may be left: its window was taken over by the second.
  const conflicts = (): readonly Row[] => all().filter((row) => row['other_goid'] !== 0n);
  const end = Date.now() + 20_000;
  while (conflicts().length === 0 && Date.now() < end) await pause(20);
  over.abort();
  await racing;
  return { all: all(), conflicts: conflicts() };
}
