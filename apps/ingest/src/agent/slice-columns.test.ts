import { expect, test } from 'vitest';
import { BATCH_KINDS, type BatchKind, TABLES, decodeNativeBlock, encodeNativeBlock } from '@mapscope/events';
import { fillColumns } from '../testing/fill-columns.ts';
import { sliceColumns } from './slice-columns.ts';

// Object.keys of a const table gives its keys.
const KINDS = Object.keys(BATCH_KINDS) as BatchKind[];

test.each(KINDS)('both halves of a %s batch together hold exactly its values', (kind) => {
  const specs = TABLES[kind].filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
  const values = (rows: number, columns: ReturnType<typeof fillColumns>): string[][] =>
    decodeNativeBlock(encodeNativeBlock(specs, rows, columns.columns)).columns.map(({ data }) => {
      if (data.storage === 'dictionary') return Array.from(data.indexes, (i) => data.keys[i] ?? '');
      if (data.storage === 'bytes8' || data.storage === 'bytes16') return [Buffer.from(data.values).toString('hex')];
      return Array.from(data.values, String);
    });
  const whole = fillColumns(kind, 7);
  const [left, right] = [sliceColumns(whole, 0, 4), sliceColumns(whole, 4, 7)];
  expect([left.rows, right.rows]).toEqual([4, 3]);
  const joined = values(4, left).map((column, i) => [...column, ...(values(3, right)[i] ?? [])].join());
  expect(joined.map((text) => text.replaceAll(',', ''))).toEqual(values(7, whole).map((c) => c.join('')));
});
