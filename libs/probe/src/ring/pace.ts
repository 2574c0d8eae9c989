/**
 * When to look at the ring next, and when to hand rows over. Pure. Producers never wake us (that costs them 3–4 times
 * more per event than the event itself), so the timer must be short against the time a full ring lasts: 1 MiB holds
 * 9 000 lock waits, 5 ms of 1.8 million events a second.
 */
export const MAXIMUM_ROWS = 32_768;
/** Batches handed over and not yet taken; beyond it the ring is left to fill, and the kernel counts what is lost. */
export const MAXIMUM_UNTAKEN = 64;

const BUSY_MILLIS = 5;
const IDLE_MILLIS = 20;
const IDLE_AFTER_POLLS = 20;

export interface Pace {
  readonly emptyPolls: number;
  readonly sleepMillis: number;
}

export const FIRST_PACE: Pace = { emptyPolls: 0, sleepMillis: BUSY_MILLIS };

export function nextPace(before: Pace, poll: { readonly records: number; readonly backlogBytes: number }): Pace {
  if (poll.backlogBytes > 0) return { emptyPolls: 0, sleepMillis: 1 };
  if (poll.records > 0) return FIRST_PACE;
  const emptyPolls = before.emptyPolls + 1;
  return { emptyPolls, sleepMillis: emptyPolls >= IDLE_AFTER_POLLS ? IDLE_MILLIS : BUSY_MILLIS };
}

export interface Pending {
  readonly rows: number;
  /** since the first of them came */
  readonly waitedMillis: number;
  readonly untaken: number;
}

export function shouldFlush(pending: Pending, flushMillis: number): boolean {
  if (pending.rows === 0 || pending.untaken >= MAXIMUM_UNTAKEN) return false;
  return pending.rows >= MAXIMUM_ROWS || pending.waitedMillis >= flushMillis;
}
