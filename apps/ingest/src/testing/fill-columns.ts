/** For tests: columns of any kind, filled by rule, so that each row is known. */
import { type BatchKind, type ColumnData, type ColumnType, type Columns, TABLES } from '@mapscope/events';

/** Row i (0-based) has ts = firstUnixNanos + i, integers i, texts "name-i". Without the proof columns. */
export function fillColumns(kind: BatchKind, rows: number, firstUnixNanos = 0n): Columns {
  const specs = TABLES[kind].filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
  const columns = specs.map(({ name, type }) => [name, fill(name, type, rows, firstUnixNanos)] as const);
  return { kind, rows, columns: Object.fromEntries(columns) };
}

function fill(name: string, type: ColumnType, rows: number, first: bigint): ColumnData {
  const counted = <T>(make: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => make(i));
  const makers: { readonly [T in ColumnType]: () => ColumnData } = {
    UInt8: () => ({ storage: 'u8', values: new Uint8Array(rows) }),
    UInt16: () => ({ storage: 'u16', values: new Uint16Array(rows) }),
    UInt32: () => ({ storage: 'u32', values: Uint32Array.from(counted((i) => i)) }),
    UInt64: () => ({ storage: 'u64', values: BigUint64Array.from(counted((i) => BigInt(i))) }),
    Int64: () => ({ storage: 'i64', values: BigInt64Array.from(counted((i) => BigInt(i))) }),
    Float64: () => ({ storage: 'f64', values: new Float64Array(rows) }),
    "DateTime64(9, 'UTC')": () => ({ storage: 'i64', values: BigInt64Array.from(counted((i) => first + BigInt(i))) }),
    'FixedString(8)': () => ({ storage: 'bytes8', values: new Uint8Array(8 * rows) }),
    'FixedString(16)': () => ({ storage: 'bytes16', values: new Uint8Array(16 * rows) }),
    String: () => ({ storage: 'strings', values: counted((i) => `${name}-${i}`) }),
    'LowCardinality(String)': () => ({ storage: 'dictionary', keys: [name], indexes: new Uint32Array(rows) }),
    'Array(String)': () => ({ storage: 'stringArrays', values: counted((i) => [`${name}-${i}`]) }),
    'Array(UInt32)': () => ({ storage: 'u32Arrays', values: counted((i) => [i]) }),
    "Array(DateTime64(9, 'UTC'))": () => ({ storage: 'i64Arrays', values: counted((i) => [first + BigInt(i)]) }),
    'Array(UInt64)': () => ({ storage: 'i64Arrays', values: counted((i) => [BigInt(i)]) }),
    'Array(Float64)': () => ({ storage: 'f64Arrays', values: counted((i) => [i / 2]) }),
    'Map(String, String)': () => ({ storage: 'maps', values: counted((i) => ({ keys: [name], values: [`${i}`] })) }),
    'Array(Map(String, String))': () => ({ storage: 'mapArrays', values: counted(() => [{ keys: [], values: [] }]) }),
  };
  return makers[type]();
}
