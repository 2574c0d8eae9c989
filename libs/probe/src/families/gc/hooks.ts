/** Family gc: cycles, mark assists, stops of the world. */
import type { FamilySpec } from '../family.ts';

const NO_CYCLES = 'garbage collections are not reported';
const NO_STOPS = 'neither garbage collections nor stops of the world are reported';
const NO_ASSISTS = 'the time that goroutines spend helping the garbage collector is not reported';

export const GC: FamilySpec = {
  program: 'family_gc',
  kind: 'gc_events',
  hooks: [
    { function: 'runtime.gcBgMarkStartWorkers', hook: 28, required: false, group: 'cycles', effect: NO_CYCLES },
    { function: 'runtime.gcMarkTermination', hook: 29, required: false, group: 'cycles', effect: NO_CYCLES },
    { function: 'runtime.stopTheWorldWithSema', hook: 30, required: true, effect: NO_STOPS },
    { function: 'runtime.startTheWorldWithSema', hook: 31, required: true, effect: NO_STOPS },
    { function: 'runtime.gcAssistAlloc1', hook: 32, required: false, group: 'assists', effect: NO_ASSISTS },
    {
      function: 'runtime.gcAssistAlloc',
      hook: 33,
      at: 'return',
      required: false,
      group: 'assists',
      effect: NO_ASSISTS,
    },
  ],
};
