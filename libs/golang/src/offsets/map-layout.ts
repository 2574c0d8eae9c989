/**
 * How a map lies in memory. Two implementations: classic until Go 1.23 (src/runtime/map.go), Swiss since 1.24
 * (src/internal/runtime/maps). Go 1.24 and 1.25 still built the classic one with GOEXPERIMENT=noswissmap.
 *
 *   classic  hmap ─ buckets ─► [ tophash u8 × 8 │ keys × 8 │ elems × 8 │ overflow ] …
 *   Swiss    Map ─ dirPtr ─► [ ctrl u8 × 8 │ (key, elem) × 8 ]                     dirLen 0: one group, at most 8 entries
 *                 └ dirPtr ─► [ table* … ] ─► table.groups ─► [ group ] …          dirLen > 0: 2^globalDepth tables
 *
 * Read in the sources of Go 1.19 and 1.21–1.27, compared with their DWARF by map-layout.integration.test.ts.
 */
import { MapscopeError } from '@mapscope/events';
import type { GoVersion } from '../buildinfo/go-version.ts';

export type MapKind = 'classic' | 'swiss';

/** Where the eight slots of a bucket or group stand: key i at keys + i × keyStride, elem i at elems + i × elemStride. */
export interface MapSlots {
  readonly keys: number;
  readonly keyStride: number;
  readonly elems: number;
  readonly elemStride: number;
  readonly sizeBytes: number;
}

export interface ClassicMapLayout {
  readonly kind: 'classic';
  /** runtime.hmap: count int, flags u8, B u8 (2^B buckets), buckets and oldbuckets pointers (≠ 0: growing) */
  readonly map: {
    readonly count: number;
    readonly flags: number;
    readonly b: number;
    readonly buckets: number;
    readonly oldbuckets: number;
  };
  /** bit of hmap.flags while a write is under way */
  readonly hashWriting: number;
  /** of a bucket: u8 × 8; a slot is in use where its byte is at least minTopHash */
  readonly tophash: number;
  readonly minTopHash: number;
  /** http.Header is a map[string][]string; the overflow pointer stands behind the slots */
  readonly header: MapSlots & { readonly overflow: number };
  /** runtime.hiter: pointer to its map */
  readonly iterator: { readonly map: number };
}

export interface SwissMapLayout {
  readonly kind: 'swiss';
  /** internal/runtime/maps.Map: used u64, dirPtr pointer, dirLen int, globalDepth and writing u8 (≠ 0: being written) */
  readonly map: {
    readonly used: number;
    readonly dirPtr: number;
    readonly dirLen: number;
    readonly globalDepth: number;
    readonly writing: number;
  };
  /** internal/runtime/maps.table: u16, u16, pointer to the groups, number of groups − 1 */
  readonly table: {
    readonly used: number;
    readonly capacity: number;
    readonly groups: number;
    readonly groupsLengthMask: number;
  };
  /** of a group: u8 × 8; a slot is in use where its byte is below 0x80 */
  readonly ctrl: number;
  /** http.Header is a map[string][]string */
  readonly header: MapSlots;
  /** internal/runtime/maps.Iter: pointer to its map */
  readonly iterator: { readonly map: number };
}

export type MapLayout = ClassicMapLayout | SwissMapLayout;

/** Of the build information: GOEXPERIMENT, CGO_ENABLED … */
export type BuildSettings = ReadonlyMap<string, string>;

/** bucketCnt 8, a string of 16 bytes, a slice of 24 (src/cmd/compile/internal/reflectdata/reflect.go MapBucketType). */
const CLASSIC: ClassicMapLayout = {
  kind: 'classic',
  map: { count: 0, flags: 8, b: 9, buckets: 16, oldbuckets: 24 },
  hashWriting: 4,
  tophash: 0,
  minTopHash: 5,
  header: { keys: 8, keyStride: 16, elems: 136, elemStride: 24, overflow: 328, sizeBytes: 336 },
  iterator: { map: 24 },
};

const SWISS: SwissMapLayout = {
  kind: 'swiss',
  map: { used: 0, dirPtr: 16, dirLen: 24, globalDepth: 32, writing: 34 },
  table: { used: 0, capacity: 2, groups: 16, groupsLengthMask: 24 },
  ctrl: 0,
  header: { keys: 8, keyStride: 40, elems: 24, elemStride: 40, sizeBytes: 328 },
  iterator: { map: 24 },
};

/** GOEXPERIMENT=mapsplitgroup of Go 1.27: all keys of a group before all elems (internal/runtime/maps/group.go). */
const SPLIT_HEADER: MapSlots = { keys: 8, keyStride: 16, elems: 136, elemStride: 24, sizeBytes: 328 };

const NEWEST_KNOWN_MINOR = 27;

/** By version and by the experiments that the build information (or the version text, "X:noswissmap") names. */
export function mapKind(version: GoVersion, settings: BuildSettings): MapKind {
  const { major, minor, text } = version;
  if (major !== 1 || minor > NEWEST_KNOWN_MINOR) {
    const message = `which maps ${text} builds is not known; build the program with Go 1.${NEWEST_KNOWN_MINOR} or older, or use a newer Mapscope`;
    throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: text } });
  }
  if (minor < 24) return 'classic';
  return minor < 26 && experiments(version, settings).includes('noswissmap') ? 'classic' : 'swiss';
}

export function mapLayout(version: GoVersion, settings: BuildSettings): MapLayout {
  if (mapKind(version, settings) === 'classic') return CLASSIC;
  const split = experiments(version, settings).includes('mapsplitgroup');
  return split ? { ...SWISS, header: SPLIT_HEADER } : SWISS;
}

/**
 * The same, checked against the functions that are in the program: whoever removed the build information removed the
 * experiments with it. TARGET_UNSUPPORTED where the functions are those of the other maps.
 */
export function checkedMapLayout(
  version: GoVersion,
  settings: BuildSettings,
  has: (functionName: string) => boolean,
): MapLayout {
  const claimed = mapKind(version, settings);
  const isUntold = settings.size === 0 && (version.minor === 24 || version.minor === 25);
  if (!has(OTHER_CODE[claimed])) return mapLayout(version, settings);
  if (isUntold && !has(OTHER_CODE.classic)) return CLASSIC;
  const message = `the program's maps cannot be told: ${version.text} builds ${claimed} ones, but ${OTHER_CODE[claimed]} is there; build it with an unchanged Go`;
  throw new MapscopeError('TARGET_UNSUPPORTED', message, { facts: { goVersion: version.text, claimed } });
}

/** A function that only the other kind of maps has; every program that lets a map grow contains one of the two. */
const OTHER_CODE = {
  classic: 'internal/runtime/maps.(*table).grow',
  swiss: 'runtime.hashGrow',
} as const satisfies Record<MapKind, string>;

/** runtime.buildVersion ends in " X:a,b" where experiments differ from the default (src/cmd/link/internal/ld/main.go). */
function experiments({ text }: GoVersion, settings: BuildSettings): readonly string[] {
  const named = / X:(\S+)/.exec(text)?.[1] ?? '';
  return `${settings.get('GOEXPERIMENT') ?? ''},${named}`.split(',');
}
