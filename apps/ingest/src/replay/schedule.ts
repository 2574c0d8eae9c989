/**
 * When each batch of a recording is sent, and by how much its times move. One constant for the whole recording, so that
 * every duration and every order in it stays as it was; it must move at all because tables have a TTL and windows are
 * relative to now.
 *
 *   recorded   first ──────────────── last                     length D
 *   sent       start ──── start + D/N        (max: all at once)
 *   times            first + shift … last + shift = start + D/N
 *
 * At speed 1 the recording begins now; at speed N, and at `max`, it ends when its last batch is sent. No row is ever of
 * the future: at elapsed d the newest is (D − d)(1 − 1/N) old. Pure.
 */
import { MapscopeError } from '@mapscope/events';
import type { CaptureFrame } from './capture-file.ts';

/** How many times faster than it was recorded; Infinity: at once. */
export type Speed = number;

const MAX_SPEED = 1000;

export function parseSpeed(text: string): Speed {
  if (text === 'max') return Infinity;
  const speed = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (speed >= 1 && speed <= MAX_SPEED) return speed;
  throw new MapscopeError('CONFIG_INVALID', `speed "${text.slice(0, 20)}": give 1 to ${MAX_SPEED}, or max`);
}

export interface Schedule {
  /** added to every time of the recording */
  readonly shiftNanos: bigint;
  /** unix nanoseconds at which the frame is due */
  readonly dueUnixNanos: (frame: Pick<CaptureFrame, 'publishedUnixNanos'>) => bigint;
}

export function makeSchedule(
  frames: readonly Pick<CaptureFrame, 'publishedUnixNanos'>[],
  speed: Speed,
  startUnixNanos: bigint,
): Schedule {
  const moments = frames.map((frame) => frame.publishedUnixNanos);
  const first = moments.reduce((a, b) => (b < a ? b : a), moments[0] ?? startUnixNanos);
  const last = moments.reduce((a, b) => (b > a ? b : a), first);
  const sentAfter = (nanos: bigint): bigint => (speed === Infinity ? 0n : nanos / BigInt(speed));
  return {
    shiftNanos: startUnixNanos + sentAfter(last - first) - last,
    dueUnixNanos: ({ publishedUnixNanos }) => startUnixNanos + sentAfter(publishedUnixNanos - first),
  };
}
