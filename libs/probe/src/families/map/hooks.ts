/**
 * Family map: what is done to maps. Each function of the runtime by itself, since a program links only those it calls; the
 * compiler calls the fast ones for keys of 4 and 8 bytes and strings (src/cmd/compile/internal/walk/walk.go, mapfast).
 * The ends of writes are single-stepped (9 µs each under virtualisation): the price of telling an overlap from a near miss.
 */
import type { FamilySpec, HookSpec } from '../family.ts';

/** Linked into every program of Go 1.27, and of none before: there mapaccess1 and its fast forms only call mapaccess2. */
const READS_WRAPPED = 'internal/runtime/maps.AlgInit';

/** Of Swiss maps, linked into every program that has one. */
const SWISS = 'internal/runtime/maps.(*Map).growToTable';

export const MAP_WRITES = [
  'mapassign',
  'mapassign_fast32',
  'mapassign_fast64',
  'mapassign_fast64ptr',
  'mapassign_faststr',
  'mapdelete',
  'mapdelete_fast32',
  'mapdelete_fast64',
  'mapdelete_faststr',
  'mapclear',
] as const;
/** bpf/records.h */
export const FIRST_WRITE_HOOK = 58;
export const FIRST_RETURN_HOOK = 75;

const seen = (name: string, hook: number): HookSpec => ({
  function: `runtime.${name}`,
  hook,
  required: false,
  effect: `calls of runtime.${name} are not counted`,
});

/** From Go 1.24 on, and kept out of line there; before, package reflect calls the runtime's. */
const reflected = (name: string, hook: number): HookSpec => ({
  function: `reflect.${name}`,
  hook,
  onlyWith: SWISS,
  required: false,
  effect: 'ranges over maps by package reflect (fmt, encoding/json) are not counted',
});

const access = (form: '' | '_fast32' | '_fast64' | '_faststr', index: number): readonly HookSpec[] => [
  { ...seen(`mapaccess1${form}`, 50 + index), onlyWithout: READS_WRAPPED },
  seen(`mapaccess2${form}`, 54 + index),
];

const ended = (name: string, index: number): HookSpec => ({
  function: `runtime.${name}`,
  hook: FIRST_RETURN_HOOK + index,
  at: 'return',
  required: false,
  effect: `two goroutines in one map are not noticed while one is in runtime.${name}`,
});

const NO_GROWTH = 'growth of maps is not seen';
const grown = (name: string, hook: number): HookSpec => ({
  function: name,
  hook,
  onlyWith: SWISS,
  required: false,
  effect: NO_GROWTH,
});

export const MAP: FamilySpec = {
  program: 'family_map',
  kind: 'map_events',
  hooks: [
    ...(['', '_fast32', '_fast64', '_faststr'] as const).flatMap(access),
    ...MAP_WRITES.map((name, index) => seen(name, FIRST_WRITE_HOOK + index)),
    { ...seen('mapIterStart', 68), orElse: ['runtime.mapiterinit'] },
    { ...seen('mapIterNext', 69), orElse: ['runtime.mapiternext'] },
    reflected('mapIterStart', 86),
    reflected('mapIterNext', 87),
    { ...seen('mapclone', 70), function: 'maps.clone', effect: 'maps.Clone is not counted' },
    { function: 'runtime.hashGrow', hook: 71, onlyWithout: SWISS, required: false, effect: NO_GROWTH },
    grown(SWISS, 72),
    grown('internal/runtime/maps.(*table).grow', 73),
    grown('internal/runtime/maps.(*table).split', 74),
    ...MAP_WRITES.map(ended),
    { function: 'runtime.gopanic', hook: 85, required: false, rare: true, effect: 'writes that panic end late' },
  ],
};
