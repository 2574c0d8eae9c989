/** Who held the lock in one trace: the holder's own request, where it served one. Pure. */
import type { CandidateJson, CodeSiteJson, TraceAnswer } from '@mapscope/contract';
import { isSameSite } from '../format/code-place.ts';

export interface Holder {
  /** null: it served no request that is traced */
  readonly traceId: string | null;
  readonly goroutine: string;
  readonly waitMs: number;
}

/** Of the waits at the blamed lines the longest; undefined where the trace has none any more. */
export function holderIn({ waits }: TraceAnswer, lock: CandidateJson): Holder | undefined {
  const lines: readonly CodeSiteJson[] = [lock.waiter, ...lock.alsoWaitedAt];
  const [longest] = waits
    .filter(({ waiter }) => lines.some((line) => isSameSite(line, waiter)))
    .toSorted((a, b) => b.waitMs - a.waitMs);
  if (longest === undefined) return undefined;
  return { traceId: longest.holderTraceId, goroutine: longest.holderGoroutine, waitMs: longest.waitMs };
}
