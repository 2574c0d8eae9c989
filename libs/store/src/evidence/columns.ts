/**
 * One column over all blocks of an answer, as the arrays evidence is made of. Pure. The storages are those the SELECTs of
 * this folder ask for; another one is a broken answer and said so.
 */
import { type ColumnData, MapscopeError, type NativeBlock } from '@mapscope/events';

export type Storage = ColumnData['storage'];

/** The data of column `name` in one block. */
export function columnOf<S extends Storage>(
  block: NativeBlock,
  name: string,
  storage: S,
): Extract<ColumnData, { storage: S }> {
  const data = block.columns.find((column) => column.name === name)?.data;
  if (data?.storage !== storage) {
    throw new MapscopeError(
      'CLICKHOUSE_REFUSED',
      `Column ${name} came back as ${data?.storage ?? 'nothing'} instead of ${storage}: is this another version of the schema?`,
    );
  }
  // The tag was compared above; TypeScript does not narrow by a generic one.
  return data as Extract<ColumnData, { storage: S }>;
}

export const rowsOf = (blocks: readonly NativeBlock[]): number => blocks.reduce((sum, block) => sum + block.rows, 0);

export function floats(blocks: readonly NativeBlock[], name: string): Float64Array {
  const all = new Float64Array(rowsOf(blocks));
  forEachBlock(blocks, (block, at) => all.set(columnOf(block, name, 'f64').values, at));
  return all;
}

export function bigints(blocks: readonly NativeBlock[], name: string): BigInt64Array {
  const all = new BigInt64Array(rowsOf(blocks));
  forEachBlock(blocks, (block, at) => all.set(columnOf(block, name, 'i64').values, at));
  return all;
}

/** Texts of few values: the strings are shared, not copied. */
export function words(blocks: readonly NativeBlock[], name: string): readonly string[] {
  return blocks.flatMap((block) => {
    const { keys, indexes } = columnOf(block, name, 'dictionary');
    return Array.from(indexes, (index) => keys[index] ?? '');
  });
}

/** FixedString(16) as 32 hex digits. */
export function traceIds(blocks: readonly NativeBlock[], name: string): readonly string[] {
  return blocks.flatMap((block) => {
    const { values } = columnOf(block, name, 'bytes16');
    const hex = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
    return Array.from({ length: block.rows }, (_, row) => hex.slice(row * 32, row * 32 + 32));
  });
}

export function integers(blocks: readonly NativeBlock[], name: string): Uint32Array {
  const all = new Uint32Array(rowsOf(blocks));
  forEachBlock(blocks, (block, at) => all.set(columnOf(block, name, 'u32').values, at));
  return all;
}

export function octets(blocks: readonly NativeBlock[], name: string): Uint8Array {
  const all = new Uint8Array(rowsOf(blocks));
  forEachBlock(blocks, (block, at) => all.set(columnOf(block, name, 'u8').values, at));
  return all;
}

export function bytes(blocks: readonly NativeBlock[], name: string): readonly number[] {
  return blocks.flatMap((block) => [...columnOf(block, name, 'u8').values]);
}

function forEachBlock(blocks: readonly NativeBlock[], visit: (block: NativeBlock, at: number) => void): void {
  let at = 0;
  for (const block of blocks) {
    visit(block, at);
    at += block.rows;
  }
}
