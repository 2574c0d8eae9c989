/** Family fatal: what ends the process, and panics. */
import type { FamilySpec } from '../family.ts';

export const FATAL: FamilySpec = {
  program: 'family_fatal',
  kind: 'probe_events',
  hooks: [
    { function: 'runtime.fatal', hook: 13, required: false, rare: true, effect: 'fatal errors are not reported' },
    { function: 'runtime.throw', hook: 14, required: false, rare: true, effect: 'throws are not reported' },
    { function: 'runtime.gopanic', hook: 15, required: false, rare: true, effect: 'panics are not reported' },
  ],
};
