/**
 * A partition that is ours for a while, and what is done with it. The claim ends when the group is joined anew, also where
 * the partition stays ours: what was read and not committed is read again then, by whoever owns it.
 */
import type { StreamMessage } from '../message.ts';

/** What a group has committed for a partition. */
export interface Committed {
  /** next offset to read */
  readonly offset: bigint;
  /** the commit's metadata; empty: none */
  readonly note: string;
}

export interface PartitionClaim {
  readonly topic: string;
  readonly partition: number;
  /** undefined: nothing was committed yet */
  readonly committed: Committed | undefined;
  /** aborted when the partition is no longer ours, or may not be */
  readonly lost: AbortSignal;
  /**
   * Under the generation in which the partition became ours, so that the broker refuses a stale owner. A rejection means
   * "perhaps not committed": trying again is safe, as long as the claim is not lost.
   */
  readonly commit: (offset: bigint, note: string) => Promise<void>;
  /** no more messages until resume */
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface PartitionWork {
  /**
   * Messages in order, each once per claim. Resolves when there is room for more. `later`: they were not kept, and
   * come again after resume. A rejection ends the membership; it begins anew after a back-off, with new claims.
   */
  readonly take: (messages: readonly StreamMessage[]) => Promise<'kept' | 'later'>;
  /** The group is to be left: finish what is here. Nothing is taken from now on. */
  readonly drain: () => Promise<void>;
  /** Resolves when nothing of it runs any more: the next claim of the partition waits for it. */
  readonly settled: () => Promise<void>;
}

export type OpenPartition = (claim: PartitionClaim) => PartitionWork;
