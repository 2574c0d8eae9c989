/** Rows → the arrays of one column. Pure. */
import { type ColumnData, platformOfResource, platformTag, type TextMap, UNKNOWN_PLATFORM } from '@mapscope/events';
import { attributeOf, type Attributes, type Origin } from './origin.ts';

/** DateTime64(9) is 64 bits with sign: the year 2262. */
const MAX_TIME = 2n ** 63n - 1n;
export const storedTime = (unixNanos: bigint): bigint => (unixNanos > MAX_TIME ? MAX_TIME : unixNanos);

/** All zero is how some SDKs say "none". */
export const storedId = (hex: string): string => (/^0*$/.test(hex) ? '' : hex);

/** The columns of `rows`, each by what it takes of a row. */
export const columnsOver = <Row>(rows: readonly Row[]) => ({
  texts: (of: (row: Row) => string): ColumnData => ({ storage: 'strings', values: rows.map(of) }),
  maps: (of: (row: Row) => TextMap): ColumnData => ({ storage: 'maps', values: rows.map(of) }),
  words: (of: (row: Row) => string): ColumnData => dictionary(rows.map(of)),
  times: (of: (row: Row) => bigint): ColumnData => ({
    storage: 'i64',
    values: BigInt64Array.from(rows, (row) => storedTime(of(row))),
  }),
  i64: (of: (row: Row) => number | bigint): ColumnData => ({
    storage: 'i64',
    values: BigInt64Array.from(rows, (row) => BigInt(of(row))),
  }),
  u64: (of: (row: Row) => bigint): ColumnData => ({ storage: 'u64', values: BigUint64Array.from(rows, of) }),
  u32: (of: (row: Row) => number): ColumnData => ({ storage: 'u32', values: Uint32Array.from(rows, of) }),
  u8: (of: (row: Row) => number): ColumnData => ({ storage: 'u8', values: Uint8Array.from(rows, of) }),
  f64: (of: (row: Row) => number): ColumnData => ({ storage: 'f64', values: Float64Array.from(rows, of) }),
  textLists: (of: (row: Row) => readonly string[]): ColumnData => ({ storage: 'stringArrays', values: rows.map(of) }),
  i64Lists: (of: (row: Row) => readonly bigint[]): ColumnData => ({ storage: 'i64Arrays', values: rows.map(of) }),
  f64Lists: (of: (row: Row) => readonly number[]): ColumnData => ({ storage: 'f64Arrays', values: rows.map(of) }),
  mapLists: (of: (row: Row) => readonly TextMap[]): ColumnData => ({ storage: 'mapArrays', values: rows.map(of) }),
});

/** As far as the resource says; rows come origin by origin, so each is asked once. */
export function platforms(): (row: { readonly origin: Origin }) => string {
  let last: { readonly resource: Attributes; readonly tag: string } | undefined;
  return ({ origin: { resource } }) => {
    if (last?.resource !== resource) last = { resource, tag: platformOf(resource) };
    return last.tag;
  };
}

const platformOf = (resource: Attributes): string =>
  platformTag(platformOfResource((name) => attributeOf(resource, name)) ?? UNKNOWN_PLATFORM);

function dictionary(values: readonly string[]): ColumnData {
  const keys = new Map<string, number>();
  const indexes = Uint32Array.from(values, (value) => {
    const index = keys.get(value) ?? keys.size;
    keys.set(value, index);
    return index;
  });
  return { storage: 'dictionary', keys: [...keys.keys()], indexes };
}
