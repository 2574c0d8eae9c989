/**
 * Column types of ClickHouse that a batch may carry, and the arrays that hold them between ring and block.
 * The agent fills arrays, the codec turns each into the bytes of one column; no row object is ever made.
 */
export const COLUMN_TYPES = {
  UInt8: 'u8',
  UInt16: 'u16',
  UInt32: 'u32',
  UInt64: 'u64',
  Int64: 'i64',
  Float64: 'f64',
  "DateTime64(9, 'UTC')": 'i64',
  'FixedString(8)': 'bytes8',
  'FixedString(16)': 'bytes16',
  String: 'strings',
  'LowCardinality(String)': 'dictionary',
  'Array(String)': 'stringArrays',
  'Array(UInt32)': 'u32Arrays',
  "Array(DateTime64(9, 'UTC'))": 'i64Arrays',
  /** from 2^63 on as their two's complement */
  'Array(UInt64)': 'i64Arrays',
  'Array(Float64)': 'f64Arrays',
  'Map(String, String)': 'maps',
  'Array(Map(String, String))': 'mapArrays',
} as const;

export type ColumnType = keyof typeof COLUMN_TYPES;
export type ColumnStorage = (typeof COLUMN_TYPES)[ColumnType];

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
}

/** One value of a Map(String, String): two lists of one length, keys[i] belongs to values[i]. */
export interface TextMap {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/**
 * The values of one column, `rows` long. What travels may be narrower than the column's type, as the database widens it
 * (native/wire-type.ts): numbers of fewer bytes, values that repeat, a column that says nothing.
 */
export type ColumnData = PlainData | SpreadData | { readonly storage: 'default' };

/** Few values, each once, and of each row which; of text that is `dictionary`. */
export interface SpreadData {
  readonly storage: 'spread';
  readonly of: RepeatedData;
  readonly indexes: Uint8Array | Uint16Array | Uint32Array;
}
export type RepeatedData = Extract<
  PlainData,
  { readonly storage: 'u8' | 'u16' | 'u32' | 'u64' | 'bytes8' | 'bytes16' }
>;

/** An array as the type has it. */
export type PlainData =
  | { readonly storage: 'u8'; readonly values: Uint8Array }
  | { readonly storage: 'u16'; readonly values: Uint16Array }
  | { readonly storage: 'u32'; readonly values: Uint32Array }
  | { readonly storage: 'u64'; readonly values: BigUint64Array }
  | { readonly storage: 'i64'; readonly values: BigInt64Array }
  | { readonly storage: 'f64'; readonly values: Float64Array }
  /** rows × 8 raw bytes */
  | { readonly storage: 'bytes8'; readonly values: Uint8Array }
  /** rows × 16 raw bytes */
  | { readonly storage: 'bytes16'; readonly values: Uint8Array }
  | { readonly storage: 'strings'; readonly values: readonly string[] }
  /** indexes into keys; keys need not be used by every batch: where indexes are bytes, unused ones are sent all the same */
  | {
      readonly storage: 'dictionary';
      readonly keys: readonly string[];
      readonly indexes: Uint8Array | Uint16Array | Uint32Array;
    }
  | { readonly storage: 'stringArrays'; readonly values: readonly (readonly string[])[] }
  | { readonly storage: 'u32Arrays'; readonly values: readonly (readonly number[])[] }
  | { readonly storage: 'i64Arrays'; readonly values: readonly (readonly bigint[])[] }
  | { readonly storage: 'f64Arrays'; readonly values: readonly (readonly number[])[] }
  | { readonly storage: 'maps'; readonly values: readonly TextMap[] }
  | { readonly storage: 'mapArrays'; readonly values: readonly (readonly TextMap[])[] };
