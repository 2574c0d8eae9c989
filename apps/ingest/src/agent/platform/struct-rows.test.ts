import { type Columns, decodeNativeBlock, encodeNativeBlock, TABLES } from '@mapscope/events';
import { expect, test } from 'vitest';
import { structRows } from './struct-rows.ts';

const CACHE = {
  sizeBytes: 16,
  fields: [
    { name: 'hits', type: 'uint64', offsetBytes: 0 },
    { name: 'mu', type: 'sync.Mutex', offsetBytes: 8 },
  ],
};

const stacks = (...values: readonly (readonly string[])[]): Columns<'stacks'> => ({
  kind: 'stacks',
  rows: values.length,
  columns: { functions: { storage: 'stringArrays', values: values.map((stack) => [...stack]) } },
});

function reader(asked: string[] = []) {
  const structLayout = (name: string) => {
    asked.push(name);
    return name === 'main.Cache' ? CACHE : undefined;
  };
  return structRows({ service: 'order', platform: 'p', binary: { buildId: 'b', structLayout } });
}

const WAIT = ['sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', 'main.(*Cache).Get', 'main.(*Server).ServeHTTP'];

test('the receiver of the line that waited is told once, with its fields by place, as a batch of its table', () => {
  const asked: string[] = [];
  const read = reader(asked);
  const columns = read(stacks(WAIT, ['runtime.gopark', 'main.main'], WAIT), 7n);
  expect(columns).toMatchObject({ kind: 'struct_layouts', rows: 1 });
  expect(read(stacks(WAIT), 8n), 'a second time').toBeUndefined();
  expect(asked, 'not of callers, nor of sync').toEqual(['main.Cache']);
  const proof = {
    agent: { storage: 'dictionary', keys: ['a'], indexes: Uint32Array.of(0) },
    batch_seq: { storage: 'u64', values: BigUint64Array.of(1n) },
  } as const;
  const block = encodeNativeBlock(TABLES.struct_layouts, 1, { ...columns?.columns, ...proof });
  const { columns: decoded } = decodeNativeBlock(block);
  const values = Object.fromEntries(decoded.map(({ name, data }) => [name, data]));
  expect(values['fields']).toMatchObject({ values: [['hits', 'mu']] });
  expect(values['types']).toMatchObject({ values: [['uint64', 'sync.Mutex']] });
});

test('what is no stack, and a struct that DWARF does not tell, give nothing', () => {
  const read = reader();
  expect(read({ kind: 'lock_waits', rows: 1, columns: {} }, 7n)).toBeUndefined();
  expect(read(stacks(['other.(*T).M']), 7n)).toBeUndefined();
});

test('of one target at most 256 structs are asked for', () => {
  const asked: string[] = [];
  const read = reader(asked);
  read(stacks(...Array.from({ length: 400 }, (_, i) => [`main.(*T${i}).M`])), 7n);
  expect(asked.length).toBe(256);
});
