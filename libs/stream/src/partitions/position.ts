/** Which of the fetched messages are the next ones of a claim. Pure. */
import type { RawMessage } from '../message.ts';

export interface Fetched {
  readonly messages: readonly RawMessage[];
  /** where the fetch began */
  readonly from: bigint;
}

export type Position =
  /** `messages` go on where the claim is */
  | { readonly kind: 'next'; readonly messages: readonly RawMessage[] }
  /** fetched from a place further on: retention took what lies between, or the fetch is of an earlier claim */
  | { readonly kind: 'beyond'; readonly from: bigint };

/**
 * `next`: the claim's next offset; undefined: wherever the log begins.
 * Example: next 10; fetched from 8: 8 9 10 11 → 10 11; fetched from 10: 12 → 12 (there is no 10 and 11 in the log);
 * fetched from 12: beyond.
 */
export function positionOf(fetched: Fetched, next: bigint | undefined): Position {
  if (next === undefined || fetched.from === next) return { kind: 'next', messages: fetched.messages };
  if (fetched.from > next) return { kind: 'beyond', from: fetched.from };
  return { kind: 'next', messages: fetched.messages.filter(({ offset }) => BigInt(offset) >= next) };
}
