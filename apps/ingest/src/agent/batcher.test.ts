import { expect, test } from 'vitest';
import { type ColumnData, type Columns, TABLES, decodeBatch, decodeNativeBlock, parseAgentId } from '@mapscope/events';
import { makeBatcher } from './batcher.ts';

const AGENT = parseAgentId('0123456789abcdef0123456789abcdef');
const IDENTITY = { agent: AGENT, boot: 5n, service: 'order', platform: 'arch=amd64' };
const RING = { submitted: 100n, lost: 1n };

function events(rows: number): Columns<'probe_events'> {
  const column = (name: string, type: string): ColumnData => {
    switch (type) {
      case 'UInt8':
        return { storage: 'u8', values: new Uint8Array(rows) };
      case 'UInt32':
        return { storage: 'u32', values: new Uint32Array(rows) };
      case 'UInt64':
        return { storage: 'u64', values: BigUint64Array.from({ length: rows }, (_, i) => BigInt(i)) };
      case 'FixedString(8)':
        return { storage: 'bytes8', values: new Uint8Array(8 * rows) };
      case 'FixedString(16)':
        return { storage: 'bytes16', values: new Uint8Array(16 * rows) };
      case 'String':
        return { storage: 'strings', values: Array.from({ length: rows }, (_, i) => `m${i}`) };
      case 'LowCardinality(String)':
        return { storage: 'dictionary', keys: [name], indexes: new Uint32Array(rows) };
      default:
        return { storage: 'i64', values: BigInt64Array.from({ length: rows }, (_, i) => BigInt(1_000 - i)) };
    }
  };
  const specs = TABLES.probe_events.filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
  const columns = Object.fromEntries(specs.map(({ name, type }) => [name, column(name, type)]));
  return { kind: 'probe_events', rows, columns };
}

test('a batch carries its identity in the header and on every row', () => {
  const batcher = makeBatcher(IDENTITY, 1_000_000);
  const [batch] = batcher.prepare(events(3), RING);
  const { header, block } = decodeBatch(batch!.value);
  expect(header).toEqual({
    ...IDENTITY,
    kind: 'probe_events',
    family: 'probe_events',
    sequence: 0n,
    rows: 3,
    firstUnixNanos: 998n,
    lastUnixNanos: 1_000n,
    ringSubmitted: 100n,
    ringLost: 1n,
  });
  const decoded = decodeNativeBlock(block);
  expect(decoded.columns.map(({ name }) => name)).toEqual(TABLES.probe_events.map(({ name }) => name));
  const agent = decoded.columns.find(({ name }) => name === 'agent')?.data;
  expect(agent?.storage === 'dictionary' && [...agent.indexes].map((i) => agent.keys[i])).toEqual([
    AGENT,
    AGENT,
    AGENT,
  ]);
});

test('sequences count per kind from zero, and nothing comes of no rows', () => {
  const batcher = makeBatcher(IDENTITY, 1_000_000);
  expect(batcher.prepare(events(0), RING)).toEqual([]);
  const sequences = [1, 2, 3].map((rows) => batcher.prepare(events(rows), RING)[0]?.sequence);
  expect(sequences).toEqual([0n, 1n, 2n]);
});

test('rows that do not fit into one value become several, all rows once, in order, each with a sequence of its own', () => {
  const batcher = makeBatcher(IDENTITY, 2_000);
  const batches = batcher.prepare(events(101), RING);
  expect(batches.length).toBeGreaterThan(3);
  expect(batches.map(({ sequence }) => sequence)).toEqual(batches.map((_, i) => BigInt(i)));
  for (const { value } of batches) expect(value.length).toBeLessThanOrEqual(2_000);
  const messages = batches.flatMap(({ value }) => {
    const data = decodeNativeBlock(decodeBatch(value).block).columns.find(({ name }) => name === 'message')?.data;
    return data?.storage === 'strings' ? data.values : [];
  });
  expect(messages).toEqual(Array.from({ length: 101 }, (_, i) => `m${i}`));
});

test('a single row larger than the limit is still prepared: the queue refuses and counts it', () => {
  const [batch] = makeBatcher(IDENTITY, 10).prepare(events(1), RING);
  expect(batch?.rows).toBe(1);
});
