/**
 * Kernel time → wall clock, so that a step of the wall clock never reorders events. Pure; samples come from outside.
 *
 * The wall clock is sampled again and again, because it is slewed and stepped. Unix time as we tell it is a line with
 * bends that only ever rises: set forward, it jumps at the moment it was noticed; set back, it runs at half speed until
 * the clock has caught up. Events before a bend keep the line they happened on, even if they are read behind it.
 *
 *    unix │            ╱          set forward              │          ╱ set back
 *         │          ╱                                     │      _-─╱
 *         │        │                                       │    ╱
 *         │      ╱                                         │  ╱
 *         └──────────────── monotonic                      └────────────── monotonic
 */
import type { Clock } from '@mapscope/events';
import { OWN_MEMORY } from './column-memory.ts';
import type { ColumnMemory } from './column-memory.ts';
import { toUnixNanos } from './unix-time.ts';

export interface TimeAnchor {
  /** Looks at both clocks. */
  readonly sample: () => void;
  /** a whole column of monotonic nanoseconds */
  readonly toUnix: (monotonic: BigUint64Array, memory?: ColumnMemory) => BigInt64Array;
}

/** From `from` on: unix = monotonic + offset, less half of what has passed since where the line is slow. */
interface Segment {
  readonly from: bigint;
  readonly offset: bigint;
  readonly isSlow: boolean;
}

/** NTP slews by microseconds a second: following it to the millisecond keeps bends rare. */
const TOLERANCE_NANOS = 1_000_000n;
/** No event waits in the ring or for its hand-over nearly so long; what is older is told by the oldest line kept. */
const KEPT_NANOS = 60_000_000_000n;

export function createTimeAnchor(clock: Clock): TimeAnchor {
  const first: Segment = { from: 0n, offset: offsetOf(clock).offset, isSlow: false };
  let segments: readonly Segment[] = [first];
  return {
    sample: () => {
      const { now, offset } = offsetOf(clock);
      segments = forget(bend(segments, now, offset), now - KEPT_NANOS);
    },
    toUnix: (monotonic, memory = OWN_MEMORY) => convert(segments, monotonic, memory),
  };
}

function offsetOf(clock: Clock): { readonly now: bigint; readonly offset: bigint } {
  const now = clock.monotonicNanos();
  return { now, offset: clock.unixNanos() - now };
}

export function bend(segments: readonly Segment[], now: bigint, offset: bigint): readonly Segment[] {
  const told = at(segments, now) - now;
  // Where a slow line still runs to an end that fits, it is left alone.
  const ahead = (segments.at(-1)?.offset ?? told) - offset;
  if (ahead < TOLERANCE_NANOS && ahead > -TOLERANCE_NANOS) return segments;
  const past = segments.filter((segment) => segment.from < now);
  if (told <= offset) return [...past, { from: now, offset, isSlow: false }];
  const caughtUp = { from: now + 2n * (told - offset), offset, isSlow: false };
  return [...past, { from: now, offset: told, isSlow: true }, caughtUp];
}

function forget(segments: readonly Segment[], before: bigint): readonly Segment[] {
  const inForce = segments.findLastIndex(({ from }) => from <= before);
  return segments.slice(Math.max(0, inForce));
}

function segmentAt(segments: readonly Segment[], monotonic: bigint): Segment | undefined {
  return segments.findLast(({ from }) => from <= monotonic) ?? segments[0];
}

function at(segments: readonly Segment[], monotonic: bigint): bigint {
  const segment = segmentAt(segments, monotonic);
  if (segment === undefined) return monotonic;
  const since = segment.isSlow && monotonic > segment.from ? (monotonic - segment.from) / 2n : 0n;
  return monotonic + segment.offset - since;
}

/** Row by row only where a bend lies within the batch. */
function convert(segments: readonly Segment[], monotonic: BigUint64Array, memory: ColumnMemory): BigInt64Array {
  const only = segmentOfAll(segments, monotonic);
  if (only !== undefined && !only.isSlow) return toUnixNanos(monotonic, only.offset, memory);
  return BigInt64Array.from(monotonic, (time) => at(segments, time));
}

function segmentOfAll(segments: readonly Segment[], monotonic: BigUint64Array): Segment | undefined {
  if (segments.length === 1) return segments[0];
  let [earliest, latest] = [monotonic[0] ?? 0n, monotonic[0] ?? 0n];
  for (const time of monotonic) {
    if (time < earliest) earliest = time;
    if (time > latest) latest = time;
  }
  const first = segmentAt(segments, earliest);
  return first === segmentAt(segments, latest) ? first : undefined;
}
