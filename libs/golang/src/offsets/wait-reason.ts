/**
 * g.waitreason as words: `waitReasonStrings` of src/runtime/runtime2.go, which Go prints in tracebacks behind the
 * goroutine's number. The numbers are the order of the constants above it; each version's list is given as what changed.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';

const GO_1_19: readonly string[] = [
  '',
  'GC assist marking',
  'IO wait',
  'chan receive (nil chan)',
  'chan send (nil chan)',
  'dumping heap',
  'garbage collection',
  'garbage collection scan',
  'panicwait',
  'select',
  'select (no cases)',
  'GC assist wait',
  'GC sweep wait',
  'GC scavenge wait',
  'chan receive',
  'chan send',
  'finalizer wait',
  'force gc (idle)',
  'semacquire',
  'sleep',
  'sync.Cond.Wait',
  'timer goroutine (idle)',
  'trace reader (blocked)',
  'wait for GC cycle',
  'GC worker (idle)',
  'preempted',
  'debug call',
];

const GO_1_21 = edit(GO_1_19, [
  ['timer goroutine (idle)', ['sync.Mutex.Lock', 'sync.RWMutex.RLock', 'sync.RWMutex.Lock']],
  ['GC worker (idle)', ['GC worker (idle)', 'GC worker (active)']],
  ['debug call', ['debug call', 'GC mark termination', 'stopping the world']],
]);
const GO_1_22 = [
  ...GO_1_21,
  'flushing proc caches',
  'trace goroutine status',
  'trace proc status',
  'page trace flush',
  'coroutine',
];
const GO_1_23 = [...GO_1_22, 'GC weak to strong wait'];
const GO_1_24 = [
  ...edit(GO_1_23, [['sync.RWMutex.Lock', ['sync.RWMutex.Lock', 'sync.WaitGroup.Wait']]]),
  'synctest.Run',
  'synctest.Wait',
  'chan receive (synctest)',
  'chan send (synctest)',
  'select (synctest)',
];
const GO_1_25 = [
  ...edit(GO_1_24, [
    ['force gc (idle)', ['force gc (idle)', 'GOMAXPROCS updater (idle)']],
    ['chan receive (synctest)', ['chan receive (durable)']],
    ['chan send (synctest)', ['chan send (durable)']],
    ['select (synctest)', ['select (durable)']],
  ]),
  'sync.WaitGroup.Wait (durable)',
  'cleanup wait',
];
/** Go 1.26 moved the waits for channels behind sleep, in this order. */
const CHANNEL_WAITS = [
  'chan receive (nil chan)',
  'chan send (nil chan)',
  'select (no cases)',
  'select',
  'chan receive',
  'chan send',
];
const GO_1_26 = edit(
  GO_1_25.filter((reason) => !CHANNEL_WAITS.includes(reason)),
  [['sleep', ['sleep', ...CHANNEL_WAITS]]],
);

const BY_MINOR: Readonly<Record<number, readonly string[]>> = {
  19: GO_1_19,
  21: GO_1_21,
  22: GO_1_22,
  23: GO_1_23,
  24: GO_1_24,
  25: GO_1_25,
  26: GO_1_26,
  27: GO_1_26,
};

/** Index = number. The first is the empty text: not waiting. */
export function waitReasons({ major, minor, text }: GoVersion): readonly string[] {
  const reasons = major === 1 ? BY_MINOR[minor] : undefined;
  if (reasons !== undefined) return reasons;
  const supported = Object.keys(BY_MINOR).map((known) => `1.${known}`);
  const message = `the wait reasons of ${text} are not known; supported are Go ${supported.join(', ')}: build the program with one of these`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: text } });
}

/** The list with each named reason replaced by others. */
function edit(list: readonly string[], changes: readonly (readonly [string, readonly string[]])[]): readonly string[] {
  const replacements = new Map(changes);
  return list.flatMap((reason) => replacements.get(reason) ?? reason);
}
