/** Everything that may end an agent, as one promise. */
import { setTimeout as after } from 'node:timers/promises';
import { whenAborted } from '../process/stop-signal.ts';
import type { StopReason } from './run-session.ts';
import { whenTargetExits } from './target-watch.ts';
import type { WantedWatch } from './wanted-watch.ts';

/** Wishes expire by the clock, not by a message. */
const LOOK_MILLIS = 1_000;

export interface StopNeeds {
  readonly signal: AbortSignal;
  readonly pid: number;
  readonly ttlMillis: number;
  readonly wanted: WantedWatch;
}

export async function whenToStop({ signal, pid, ttlMillis, wanted }: StopNeeds): Promise<StopReason> {
  const decided = new AbortController();
  const looking = setInterval(() => wanted.look(), LOOK_MILLIS);
  try {
    return await Promise.race([
      whenAborted(signal).then(() => 'signal' as const),
      wanted.whenStopped.then(() => 'killed' as const),
      whenTargetExits(pid, decided.signal).then(() => 'target-exited' as const),
      // The rejection on abort comes after the race is decided.
      after(ttlMillis, 'ttl-expired' as const, { signal: decided.signal }),
    ]);
  } finally {
    clearInterval(looking);
    decided.abort();
  }
}
