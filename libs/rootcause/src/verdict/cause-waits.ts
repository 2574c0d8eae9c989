/** Which waits belong to a cause: found for all causes in one pass over the waits, by a counting sort. */
import type { AccountedWindow } from '../accounting/account.ts';

export interface CauseWaits {
  /** positions of the waits of requests, in the order of the evidence */
  readonly of: (cause: number) => Uint32Array;
}

export function waitsOfCauses({ causeOfWait, matched, events }: AccountedWindow): CauseWaits {
  const offsets = new Uint32Array(events.length + 1);
  const counts = (w: number): number => ((matched.request[w] ?? -1) < 0 ? -1 : (causeOfWait[w] ?? -1));
  for (let w = 0; w < causeOfWait.length; w += 1) {
    const cause = counts(w);
    if (cause >= 0) offsets[cause + 1] = (offsets[cause + 1] ?? 0) + 1;
  }
  for (let c = 0; c < events.length; c += 1) offsets[c + 1] = (offsets[c + 1] ?? 0) + (offsets[c] ?? 0);
  const next = offsets.slice();
  const order = new Uint32Array(offsets[events.length] ?? 0);
  for (let w = 0; w < causeOfWait.length; w += 1) {
    const cause = counts(w);
    if (cause < 0) continue;
    order[next[cause] ?? 0] = w;
    next[cause] = (next[cause] ?? 0) + 1;
  }
  return { of: (cause) => order.subarray(offsets[cause] ?? 0, offsets[cause + 1] ?? 0) };
}
