/**
 * How many requests are read at once. @grpc/grpc-js holds a message until it is whole, and its length is not known before it
 * comes: so not every caller may send at once, and others wait their turn before a byte of theirs is read. Pure.
 *
 *   enter ──► a slot is free ──► read ──► leave ──► the next who waits
 *        └──► so many wait that it would take too long: false
 */
export interface ReadSlots {
  /** Calls `read` now or later; false: too many wait, it will never be called. */
  readonly enter: (turn: Turn) => boolean;
  /** When it has been read, or has gone; any number of times. */
  readonly leave: (turn: Turn) => void;
}

export interface Turn {
  readonly read: () => void;
}

export function readSlots(atOnce: number, mayWait: number): ReadSlots {
  const reading = new Set<Turn>();
  /** in order of coming */
  const waiting = new Set<Turn>();
  const next = (): void => {
    const [turn] = waiting;
    if (turn === undefined || reading.size >= atOnce) return;
    waiting.delete(turn);
    reading.add(turn);
    turn.read();
  };
  return {
    enter: (turn) => {
      if (reading.size >= atOnce && waiting.size >= mayWait) return false;
      waiting.add(turn);
      next();
      return true;
    },
    leave: (turn) => {
      waiting.delete(turn);
      if (reading.delete(turn)) next();
    },
  };
}
