/** The part of a probe session that the agent uses: libs/probe's fits, and so do plain objects in tests. */
import type { BatchKind } from '@mapscope/events';

export interface SessionPort {
  readonly probeCount: number;
  readonly attachNanos: bigint;
  readonly counters: () => readonly { readonly kind: BatchKind; readonly submitted: bigint; readonly lost: bigint }[];
  /** false: no events from now on, within microseconds */
  readonly setGate: (open: boolean) => void;
  /** everything the ring still holds is handed over before this resolves */
  readonly detach: () => Promise<void>;
}
