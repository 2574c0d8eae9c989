/** Everything that may end the probes of one process, as one promise. */
import { whenAborted } from '../process/stop-signal.ts';
import type { Control } from './control.ts';
import type { ProcessImage } from './process-table.ts';
import type { StopReason } from './run-session.ts';
import { whenTargetEnds } from './target-watch.ts';

/** Wishes and the TTL expire by the clock, not by a message. */
const LOOK_MILLIS = 1_000;

export interface StopNeeds {
  readonly signal: AbortSignal;
  readonly pid: number;
  readonly born: ProcessImage;
  readonly control: Control;
}

export async function whenToStop({ signal, pid, born, control }: StopNeeds): Promise<StopReason> {
  const decided = new AbortController();
  const looking = setInterval(() => control.look(), LOOK_MILLIS);
  try {
    return await Promise.race([
      whenAborted(signal).then(() => 'signal' as const),
      control.whenStopped,
      whenTargetEnds(pid, born, decided.signal),
    ]);
  } finally {
    clearInterval(looking);
    decided.abort();
  }
}
