/** States of goroutines in classes that one can tell apart, and their words. Pure. */
import type { TimelineAnswer } from '@mapscope/contract';

type State = TimelineAnswer['changes']['state'][number];

export const TONES = ['running', 'runnable', 'syscall', 'lock', 'channel', 'network', 'gc', 'asleep', 'over'] as const;
export type Tone = (typeof TONES)[number];

export const TONE_WORDS: Readonly<Record<Tone, string>> = {
  running: 'runs',
  runnable: 'ready, not running',
  syscall: 'in a system call',
  lock: 'waits for a lock',
  channel: 'waits on a channel',
  network: 'waits for the network',
  gc: 'waits for the garbage collector',
  asleep: 'sleeps or idles',
  over: 'has ended',
};

/** Go's wait reasons (runtime2.go, waitReasonStrings), by their beginnings; what is none of them sleeps. */
const REASONS: readonly (readonly [RegExp, Tone])[] = [
  [/^(sync\.|semacquire)/i, 'lock'],
  [/^(chan|select)/, 'channel'],
  [/^IO wait/, 'network'],
  [/^(GC|garbage|wait for GC|dumping|flushing)/, 'gc'],
];

export function toneOf(state: State, reason: string | undefined): Tone {
  switch (state) {
    case 'running':
    case 'copystack':
      return 'running';
    case 'runnable':
    case 'preempted':
      return 'runnable';
    case 'syscall':
      return 'syscall';
    case 'waiting':
    case 'leaked':
      return REASONS.find(([pattern]) => pattern.test(reason ?? ''))?.[1] ?? 'asleep';
    case 'idle':
    case 'dead':
    case 'deadextra':
      return 'over';
  }
}

/** Of a row, from its middle: what runs is tall, what waits is thin, so that colour only repeats it. */
export const HEIGHT_OF: Readonly<Record<Tone, number>> = {
  running: 1,
  runnable: 0.6,
  syscall: 0.8,
  lock: 0.34,
  channel: 0.34,
  network: 0.2,
  gc: 0.34,
  asleep: 0.12,
  over: 0.04,
};
