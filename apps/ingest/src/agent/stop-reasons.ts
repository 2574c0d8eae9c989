/** Everything that may end an agent, as one promise. */
import { whenAborted } from '../process/stop-signal.ts';
import type { Control } from './control.ts';
import type { StopReason } from './run-session.ts';
import { whenTargetExits } from './target-watch.ts';

/** Wishes and the TTL expire by the clock, not by a message. */
const LOOK_MILLIS = 1_000;

export interface StopNeeds {
  readonly signal: AbortSignal;
  readonly pid: number;
  readonly control: Control;
}

export async function whenToStop({ signal, pid, control }: StopNeeds): Promise<StopReason> {
  const decided = new AbortController();
  const looking = setInterval(() => control.look(), LOOK_MILLIS);
  try {
    return await Promise.race([
      whenAborted(signal).then(() => 'signal' as const),
      control.whenStopped,
      whenTargetExits(pid, decided.signal).then(() => 'target-exited' as const),
    ]);
  } finally {
    clearInterval(looking);
    decided.abort();
  }
}
