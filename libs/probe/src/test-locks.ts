/** For integration tests: a session on testdata/locks, of which each line on standard input makes one scene. */
import { rmSync } from 'node:fs';
import type { Columns } from '@mapscope/events';
import type { FamilyName } from './families/families.ts';
import { talkTo } from './families/goroutine/test-program.ts';
import { openTestSession } from './test-session.ts';
import type { ProbeSession } from './session.ts';
import { buildTarget } from './test-target.ts';
import type { Toolchain } from './test-target.ts';

/** type of the answers of testdata/locks/main.go */
export interface Answer {
  /** how many waits, or writes, there were */
  readonly Waits: number;
  /** from asking for a lock to having it */
  readonly Nanos: number;
  readonly RWMutex: number;
  /** starved: from asking to its release, and from there to having it */
  readonly LockNanos: number;
  readonly StartNanos: number;
}

export interface Played {
  readonly answer: Answer;
  readonly batches: readonly Columns[];
  readonly problems: readonly Error[];
  /** detached */
  readonly session: ProbeSession;
}

export interface Play {
  readonly scene: string;
  readonly families: readonly FamilyName[];
  readonly ringBytes: number;
}

/** Builds it, plays one scene, detaches, and takes everything away again. */
export async function playAlone(toolchain: Toolchain, { scene, families, ringBytes }: Play): Promise<Played> {
  const executable = buildTarget('locks', toolchain, []);
  await using target = await talkTo(executable, { GOGC: 'off' });
  const batches: Columns[] = [];
  const problems: Error[] = [];
  const session = await openTestSession(
    { pid: target.pid, executable, families, mapSampleEvery: 1, ringBytes },
    { batches, problems },
  );
  const answer = await target.ask(scene);
  await session.detach();
  rmSync(executable, { force: true });
  // testdata/locks/main.go
  return { answer: JSON.parse(answer) as Answer, batches, problems, session };
}
