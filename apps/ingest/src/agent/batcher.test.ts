import { expect, test } from 'vitest';
import { type Columns, TABLES, decodeBatch, decodeNativeBlock, parseAgentId } from '@mapscope/events';
import { fillColumns } from '../testing/fill-columns.ts';
import { makeBatcher } from './batcher.ts';

const AGENT = parseAgentId('0123456789abcdef0123456789abcdef');
const IDENTITY = { agent: AGENT, boot: 5n, service: 'order', platform: 'arch=amd64' };
const RING = { submitted: 100n, lost: 1n };

const events = (rows: number): Columns => fillColumns('probe_events', rows, 1_000n);

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
    firstUnixNanos: 1_000n,
    lastUnixNanos: 1_002n,
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
  expect(messages).toEqual(Array.from({ length: 101 }, (_, i) => `message-${i}`));
});

test('a single row larger than the limit is still prepared: the queue refuses and counts it', () => {
  const [batch] = makeBatcher(IDENTITY, 10).prepare(events(1), RING);
  expect(batch?.rows).toBe(1);
});
