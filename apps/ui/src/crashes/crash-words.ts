/** What a crash of Go means, and what to do about it. Pure. */
import type { CodeSiteJson, CrashJson } from '@mapscope/contract';

export const KIND_WORDS: Readonly<Record<CrashJson['kind'], string>> = {
  fatal: 'fatal error, cannot be recovered',
  throw: 'the Go runtime gave up',
  panic: 'panic that nobody recovered',
};

/** Messages as Go prints them (runtime/map.go, runtime/proc.go, sync/mutex.go). */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /concurrent map/,
    'Two goroutines used one map at a time, one of them writing. Put a sync.Mutex around every use of it, or use a sync.Map.',
  ],
  [
    /all goroutines are asleep/,
    'Every goroutine waits for another one: look at which locks and channels they wait for.',
  ],
  [/unlock of unlocked/, 'A lock was released that nobody held: look for a second Unlock on the same way.'],
  [/nil pointer/, 'A nil pointer was followed at the marked line.'],
  [/out of range/, 'An index at the marked line lies outside of its slice.'],
  [/out of memory|cannot allocate/, 'The process ran out of memory.'],
];

/** Undefined: the message says it all. */
export const fixOf = (message: string): string | undefined => FIXES.find(([pattern]) => pattern.test(message))?.[1];

/** The innermost frame that is not Go's own: the line to look at. */
export const blamedFrame = (stack: readonly CodeSiteJson[]): number =>
  stack.findIndex(({ function: name }) => !/^(runtime|sync|internal|panic)\b/.test(name));
