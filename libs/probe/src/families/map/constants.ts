/** What the map family's program must know of a binary (bpf/common.h). Pure; the manifest asks for it. */
import { MAP_OPS } from '@mapscope/events';
import { mapLayout } from '@mapscope/golang';
import type { GoBinary } from '@mapscope/golang';
import { FIRST_RETURN_HOOK, FIRST_WRITE_HOOK, MAP_WRITES } from './hooks.ts';

/** One write of so many becomes an event of its own, unless the session says otherwise: infra/decisions/0014-maps.md. */
export const MAP_SAMPLE_EVERY = 128;

export interface MapHook {
  readonly hook: number;
  readonly function: string;
  /** of the site, from the function's entry */
  readonly offset: number;
}

export type MapConstants = Readonly<Record<(typeof NAMES)[number], number>>;
const NAMES = [
  'map_flag_offset',
  'map_flag_mask',
  'map_load_per_two',
  'map_sample_every',
  'map_window_hooks',
  'map_unseen_writes',
  'access_from',
  'access_bytes',
  'access_fast32_from',
  'access_fast32_bytes',
  'access_fast64_from',
  'access_fast64_bytes',
  'access_faststr_from',
  'access_faststr_bytes',
  'fat_callee_op',
  'fat1_from',
  'fat1_bytes',
  'fat2_from',
  'fat2_bytes',
  'iterate_from',
  'iterate_bytes',
] as const;

type Code = Pick<GoBinary, 'goVersion' | 'modules' | 'lookup'>;

/** @param hooks those of this family that were found in the binary */
export function mapConstants(binary: Code, hooks: readonly MapHook[]): MapConstants {
  const layout = mapLayout(binary.goVersion, binary.modules.settings);
  const isHooked = (name: string): boolean => hooks.some((hook) => hook.function === name);
  const within = (wrapper: string, callee: string): Wrapper => wrapperOf(binary, hooks, wrapper, callee);
  // Until Go 1.26 both are probed, and neither calls the other.
  const access = (form: string): Wrapper =>
    isHooked(`runtime.mapaccess1${form}`)
      ? NO_WRAPPER
      : within(`runtime.mapaccess1${form}`, `runtime.mapaccess2${form}`);
  const fatCallee = isHooked('runtime.mapaccess1') ? 'access' : 'access2';
  const fat = (name: string): Wrapper => within(name, `runtime.mapaccess${fatCallee === 'access' ? 1 : 2}`);
  return {
    map_flag_offset: layout.kind === 'swiss' ? layout.map.writing : layout.map.flags,
    map_flag_mask: layout.kind === 'swiss' ? 0xff : layout.hashWriting,
    // runtime/map.go, loadFactorNum: Go 1.21 wrote (bucketCnt * 13 / 16) * 2, and the division is one of integers.
    map_load_per_two: binary.goVersion.minor === 21 ? 12 : 13,
    map_sample_every: MAP_SAMPLE_EVERY,
    map_window_hooks: windowHooks(hooks),
    map_unseen_writes: Number(hasUnseenWrites(hooks)),
    ...named('access', access('')),
    ...named('access_fast32', access('_fast32')),
    ...named('access_fast64', access('_fast64')),
    ...named('access_faststr', access('_faststr')),
    fat_callee_op: MAP_OPS[fatCallee],
    ...named('fat1', fat('runtime.mapaccess1_fat')),
    ...named('fat2', fat('runtime.mapaccess2_fat')),
    ...named('iterate', within('runtime.mapiterinit', 'runtime.mapiternext')),
  };
}

interface Wrapper {
  /** of the wrapper's entry, from the site in the function it calls; 32 bits, as a program's code is smaller */
  readonly from: number;
  /** 0: no such wrapper, or it is probed itself */
  readonly bytes: number;
}

const NO_WRAPPER: Wrapper = { from: 0, bytes: 0 };

function wrapperOf(binary: Code, hooks: readonly MapHook[], wrapper: string, callee: string): Wrapper {
  const site = hooks.find((hook) => hook.function === callee);
  const outer = binary.lookup(wrapper);
  const inner = binary.lookup(callee);
  if (site === undefined || outer === undefined || inner === undefined) return NO_WRAPPER;
  return { from: (outer.entry - inner.entry - site.offset) >>> 0, bytes: outer.size };
}

type Named<N extends string> = Readonly<Record<`${N}_from` | `${N}_bytes`, number>>;

const named = <N extends string>(name: N, { from, bytes }: Wrapper): Named<N> =>
  // Two computed keys of literal types: TypeScript widens them to string.
  ({ [`${name}_from`]: from, [`${name}_bytes`]: bytes }) as Named<N>;

const has = (hooks: readonly MapHook[], wanted: number): boolean => hooks.some(({ hook }) => hook === wanted);

/** Only a write whose end is seen may open a window: any other would stay open and look like a conflict later. */
function windowHooks(hooks: readonly MapHook[]): number {
  return MAP_WRITES.reduce((bits, _, index) => (has(hooks, FIRST_RETURN_HOOK + index) ? bits | (1 << index) : bits), 0);
}

function hasUnseenWrites(hooks: readonly MapHook[]): boolean {
  return MAP_WRITES.some((_, index) => has(hooks, FIRST_WRITE_HOOK + index) && !has(hooks, FIRST_RETURN_HOOK + index));
}
