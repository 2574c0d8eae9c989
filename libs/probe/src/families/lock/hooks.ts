/**
 * Family lock: who waited on a semaphore, who let go. All three or nothing: half of them would tell half-truths.
 *
 * sync.Cond readies its waiters by readyWithTime too, and channels release sudogs: neither is a lock, and net/http alone
 * does both at every request. So the calls in semrelease1 and semacquire1 are probed, not the functions.
 *
 * A program built with a profile (go build -pgo, Go ≥ 1.21; a default.pgo beside main is enough) has them inlined into
 * semacquire1 and semrelease1 where the profile saw much waiting, which is where they matter most. Then
 *
 *    queue         → entry of semacquire1          releaseSudog → RET of semacquire1
 *    readyWithTime → the closure that semrelease1 hands to systemstack: code behind a pointer is never inlined
 */
import type { FamilySpec, HookSpec } from '../family.ts';

const NO_WAITS = { required: true, effect: 'no lock waits are seen' } as const;
const ENTRY_EFFECT = 'waits begin at the entry of semacquire1: several parks in one call are one wait';
const RET_EFFECT = 'each call of semacquire1 costs a probed RET more: 9 µs on a virtual machine';
const CLOSURE_EFFECT = 'from Go 1.27 all that wake goroutines share the closure: 0.5 µs for each one that is woken';

/** Bodies of functions that other packages only declare (go:linkname): nothing inlines these. */
const ACQUIRERS = [
  'sync.runtime_SemacquireMutex',
  'internal/sync.runtime_SemacquireMutex',
  'sync.runtime_SemacquireRWMutexR',
  'sync.runtime_SemacquireRWMutex',
  'sync.runtime_SemacquireWaitGroup',
  'sync.runtime_Semacquire',
];
const RELEASERS = ['sync.runtime_Semrelease', 'internal/sync.runtime_Semrelease'];
const SEMACQUIRE1 = 'runtime.semacquire1';
const SEMRELEASE1 = 'runtime.semrelease1';
const QUEUE = 'runtime.(*semaRoot).queue';
const READY = 'runtime.readyWithTime';
const RELEASE_SUDOG = 'runtime.releaseSudog';

const SEMACQUIRE: Omit<HookSpec, 'hook'> = {
  function: SEMACQUIRE1,
  calledBy: { [SEMACQUIRE1]: ACQUIRERS },
  ...NO_WAITS,
};
const ACQUIRE: HookSpec = { ...SEMACQUIRE, hook: 100 };
const ACQUIRED: HookSpec = { ...SEMACQUIRE, hook: 101, at: 'return' };
/** The second name is that of Go 1.27, whose linker keeps one of several equal closures. */
const READY_CLOSURE: HookSpec = {
  function: `${SEMRELEASE1}.readyWithTime.goready.func1`,
  orElse: ['_.goready.func1'],
  hook: 102,
  calledBy: { [SEMRELEASE1]: RELEASERS },
  ...NO_WAITS,
};

export const LOCK: FamilySpec = {
  program: 'family_lock',
  kind: 'lock_waits',
  hooks: [
    {
      function: QUEUE,
      hook: 1,
      calledBy: { [QUEUE]: [SEMACQUIRE1, ...ACQUIRERS] },
      fallback: { hooks: [ACQUIRE, ACQUIRED], effect: ENTRY_EFFECT },
      ...NO_WAITS,
    },
    {
      function: READY,
      hook: 2,
      inCaller: SEMRELEASE1,
      calledBy: { [READY]: [SEMRELEASE1, ...RELEASERS] },
      fallback: { hooks: [READY_CLOSURE], effect: CLOSURE_EFFECT },
      ...NO_WAITS,
    },
    {
      function: RELEASE_SUDOG,
      hook: 3,
      inCaller: SEMACQUIRE1,
      calledBy: { [RELEASE_SUDOG]: [SEMACQUIRE1, ...ACQUIRERS] },
      fallback: { hooks: [ACQUIRED], effect: RET_EFFECT },
      ...NO_WAITS,
    },
  ],
};
