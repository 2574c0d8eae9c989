/** A block of any probe table from rows that name only what a test is about; the rest is empty. */
import {
  type BatchKind,
  COLUMN_TYPES,
  type ColumnData,
  type ColumnType,
  encodeNativeBlock,
  TABLES,
} from '@mapscope/events';
import { AGENT } from './planted.ts';

/** Ids are hex. */
export type PlantedRow = Readonly<Record<string, string | number | bigint>>;

export function rowsBlock(kind: BatchKind, rows: readonly PlantedRow[]): Uint8Array {
  const given = rows.map((row): PlantedRow => ({ agent: AGENT, service: 'order', platform: 'p', pid: 77, ...row }));
  const columns = TABLES[kind].map(
    ({ name, type }) =>
      [
        name,
        columnData(
          type,
          given.map((row) => row[name]),
        ),
      ] as const,
  );
  return encodeNativeBlock(TABLES[kind], rows.length, Object.fromEntries(columns));
}

function columnData(type: ColumnType, values: readonly (PlantedRow[string] | undefined)[]): ColumnData {
  const storage = COLUMN_TYPES[type];
  const texts = values.map((value) => String(value ?? ''));
  switch (storage) {
    case 'u8':
      return { storage, values: Uint8Array.from(values, (value) => Number(value ?? 0)) };
    case 'u16':
      return { storage, values: Uint16Array.from(values, (value) => Number(value ?? 0)) };
    case 'u32':
      return { storage, values: Uint32Array.from(values, (value) => Number(value ?? 0)) };
    case 'u64':
      return { storage, values: BigUint64Array.from(values, (value) => BigInt(value ?? 0)) };
    case 'i64':
      return { storage, values: BigInt64Array.from(values, (value) => BigInt(value ?? 0)) };
    case 'bytes8':
    case 'bytes16': {
      const digits = storage === 'bytes8' ? 16 : 32;
      return {
        storage,
        values: Uint8Array.from(Buffer.from(texts.map((text) => text.padStart(digits, '0')).join(''), 'hex')),
      };
    }
    case 'strings':
      return { storage, values: texts };
    case 'dictionary':
      return { storage, keys: texts, indexes: Uint32Array.from(texts.keys()) };
    case 'f64':
    case 'stringArrays':
    case 'u32Arrays':
    case 'i64Arrays':
    case 'f64Arrays':
    case 'maps':
    case 'mapArrays':
      throw new Error(`no probe table has ${type}`);
  }
}
