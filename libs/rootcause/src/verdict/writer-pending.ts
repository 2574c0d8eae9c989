/**
 * Readers of an RWMutex that wait behind a writer which has not even got the lock: it waits for one slow reader to leave,
 * and sync.RWMutex lets no new reader past an announced writer (sync/rwmutex.go). The short writer is the last link only; the
 * slow reader is what to mend.
 *
 *     slow reader   ├─────── RLock held ────────┤
 *     writer             ├── waits for it ──────┤─┤
 *     readers                 ├── writer_pending ─┤
 */
import { RW_STATES } from '@mapscope/events';
import type { AccountedWindow } from '../accounting/account.ts';
import type { Candidate } from '../answer.ts';
import type { HeldByReader } from '../evidence.ts';
import { ratio } from '../statistics/bootstrap.ts';

export function writerPending(
  { waits, matched }: AccountedWindow,
  slowWaits: Uint32Array,
  locks: readonly string[],
  heldByReaders: readonly HeldByReader[],
): Pick<Candidate, 'writerPending' | 'slowReader'> {
  const states = waits.rwStates;
  if (states === undefined) return {};
  let [known, pending, all] = [0, 0, 0];
  for (const w of slowWaits) {
    const nanos = (matched.to[w] ?? 0) - (matched.from[w] ?? 0);
    const state = states[w] ?? RW_STATES.none;
    all += nanos;
    if (state !== RW_STATES.none) known += nanos;
    if (state === RW_STATES.writer_pending) pending += nanos;
  }
  if (known === 0) return {};
  const [longest] = heldByReaders
    .filter(({ lockAddress }) => locks.includes(lockAddress))
    .toSorted((a, b) => b.waitNanos - a.waitNanos);
  return { writerPending: ratio(pending, all), ...(longest !== undefined && { slowReader: longest.reader }) };
}
