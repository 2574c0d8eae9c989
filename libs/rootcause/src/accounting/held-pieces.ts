/**
 * Who held the lock in each piece of a wait? The pieces are those of holders.ts (from release to release); here each with the
 * wait that its release ended, and so with the goroutine that let go.
 */
import type { AccountedWindow } from './account.ts';
import { firstAbove } from '../statistics/spearman.ts';
import type { Releases } from './holders.ts';

export interface HeldPiece {
  /** position of the wait that was ended by the release at the piece's end */
  readonly released: number;
  /** nanoseconds since the cohort's origin */
  readonly from: number;
  readonly to: number;
}

/** More waits than these tell nothing new of who holds a lock: evenly chosen. */
const MAX_WAITS = 2000;
/** Of a wait in a long convoy, the longest-known part: what came first. */
const MAX_PIECES_OF_WAIT = 64;

export function heldPieces(
  matched: AccountedWindow['matched'],
  releases: Releases,
  chosen: ArrayLike<number>,
): readonly HeldPiece[] {
  const { locks, offsets, ends, order, positionOf } = releases;
  const pieces: HeldPiece[] = [];
  const step = Math.max(1, Math.ceil(chosen.length / MAX_WAITS));
  for (let i = 0; i < chosen.length; i += step) {
    const w = chosen[i] ?? 0;
    const last = positionOf[w] ?? 0;
    let from = matched.start[w] ?? 0;
    const first = firstAbove(ends, from, offsets[locks.ofWait[w] ?? 0] ?? 0, last);
    for (let at = first; at <= Math.min(last, first + MAX_PIECES_OF_WAIT); at += 1) {
      const to = ends[at] ?? 0;
      if (to > from) pieces.push({ released: order[at] ?? 0, from, to });
      from = Math.max(from, to);
    }
  }
  return pieces;
}

export const lengthOf = (pieces: readonly Pick<HeldPiece, 'from' | 'to'>[]): number =>
  pieces.reduce((sum, { from, to }) => sum + to - from, 0);
