/** Bytes of messages that all partitions of a writer hold together, and their bound. */
import { type Change, makeChange } from './change.ts';

export interface Budget {
  readonly isFull: boolean;
  readonly changed: Change;
  /** negative: they are done with */
  add(sizeBytes: number): void;
}

export function makeBudget(limitBytes: number): Budget {
  let heldBytes = 0;
  const changed = makeChange();
  return {
    changed,
    get isFull() {
      return heldBytes >= limitBytes;
    },
    add: (sizeBytes) => {
      heldBytes += sizeBytes;
      changed.notify();
    },
  };
}
