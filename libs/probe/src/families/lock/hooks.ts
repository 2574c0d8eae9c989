/** Family lock: who waited on a semaphore, who let go. All three or nothing: half of them would tell half-truths. */
import type { FamilySpec } from '../family.ts';

const NO_WAITS = 'no lock waits are seen';

export const LOCK: FamilySpec = {
  program: 'family_lock',
  kind: 'lock_waits',
  hooks: [
    { function: 'runtime.(*semaRoot).queue', hook: 1, required: true, effect: NO_WAITS },
    { function: 'runtime.readyWithTime', hook: 2, required: true, effect: NO_WAITS },
    { function: 'runtime.releaseSudog', hook: 3, required: true, effect: NO_WAITS },
  ],
};
