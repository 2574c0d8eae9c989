import { expect, test } from 'vitest';
import {
  type Batch,
  type BatchKind,
  type Columns,
  BATCH_KINDS,
  TABLES,
  decodeBatch,
  decodeNativeBlock,
  encodeBatch,
  encodeNativeBlock,
  parseAgentId,
} from '@mapscope/events';
import { makeBatcher } from '../agent/batcher.ts';
import { statusColumns } from '../agent/status-columns.ts';
import { emptyTally } from '../agent/tally.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { makeRewriter } from './rewrite.ts';

const RECORDED = { agent: parseAgentId('1'.repeat(32)), boot: 1n, service: 'order', platform: 'arch=amd64' };
const REPLAY = { agent: parseAgentId('2'.repeat(32)), boot: 99n, shiftNanos: 1_000n };
const KINDS = Object.keys(BATCH_KINDS) as BatchKind[];

const recorder = () => {
  const batcher = makeBatcher(RECORDED, 8 * 1024 * 1024);
  return (columns: Columns, submitted = 0n): Batch =>
    decodeBatch(batcher.prepare(columns, { submitted, lost: 0n })[0]!.value);
};

function table(value: Uint8Array): Record<string, unknown> {
  const { columns } = decodeNativeBlock(decodeBatch(value).block);
  return Object.fromEntries(columns.map(({ name, data }) => [name, data]));
}

const status = (published: number, final = false): Columns<'agent_status'> => {
  const tally = emptyTally();
  tally.lock_waits.rows = published;
  const ring = new Map([['lock_waits' as const, { submitted: BigInt(published + 5), lost: 3n }]]);
  const facts = { service: 'order', platform: 'p', state: 'attached' as const, pid: 7, buildId: 'b', probes: 9 };
  return statusColumns({ ...facts, unixNanos: 50n, attachNanos: 1n, ring, published: tally, shed: new Map(), final });
};

test.each(KINDS)('%s: times move by one constant, identity is new, all else stays byte for byte', (kind) => {
  const recorded = recorder()(fillColumns(kind, 20, 500n), 40n);
  const { value } = makeRewriter(REPLAY).rewrite(recorded);
  const { header } = decodeBatch(value);
  const { agent, boot } = REPLAY;
  const moved = { firstUnixNanos: 1_500n, lastUnixNanos: 1_519n, sequence: 0n, ringSubmitted: 20n };
  expect(header).toEqual({ ...recorded.header, agent, boot, ...moved });
  const [before, after] = [table(encodeBatch(recorded.header, recorded.block)), table(value)];
  expect(Object.keys(after)).toEqual(Object.keys(before));
  const own = ['agent', 'batch_seq', 'state', 'ring_submitted', 'published_rows', 'published_batches'];
  for (const [name, data] of Object.entries(before)) {
    const { type } = TABLES[kind].find((column) => column.name === name)!;
    if (type.startsWith('DateTime64')) {
      expect(after[name]).toEqual({
        storage: 'i64',
        values: (data as { values: BigInt64Array }).values.map((t) => t + 1_000n),
      });
    } else if (!own.includes(name)) expect(after[name], name).toEqual(data);
  }
  expect(after['agent']).toMatchObject({ keys: [agent] });
  expect(after['batch_seq']).toEqual({ storage: 'u64', values: new BigUint64Array(20) });
});

test('sequences count from zero per kind, whatever the recording lacked', () => {
  const [record, { rewrite }] = [recorder(), makeRewriter(REPLAY)];
  record(fillColumns('lock_waits', 3)); // never acknowledged, so not in the recording
  const sent = ['lock_waits', 'stacks', 'lock_waits'] as const;
  expect(sent.map((kind) => rewrite(record(fillColumns(kind, 3))).sequence)).toEqual([0n, 0n, 1n]);
});

test('status rows say replay and count what this replay took and sent, lost events as they were', () => {
  const [record, { rewrite, finalStatus }] = [recorder(), makeRewriter(REPLAY)];
  const first = table(rewrite(record(status(400))).value);
  expect(first['state']).toMatchObject({ keys: ['replay'] });
  rewrite(record(fillColumns('lock_waits', 30), 30n));
  rewrite(record(fillColumns('lock_waits', 12), 42n));
  const last = table(rewrite(record(status(400, true))).value);
  for (const [name, value] of Object.entries({
    ring_submitted: 42n,
    published_rows: 42n,
    published_batches: 2n,
    ring_lost: 3n,
  }))
    expect(last[name], name).toEqual({ storage: 'u64', values: BigUint64Array.of(value) });
  expect(last['final']).toEqual({ storage: 'u8', values: Uint8Array.of(1) });
  expect(finalStatus()).toBeUndefined();
});

test('a recording without a final status, or a replay that is stopped, still ends with one', () => {
  const [record, { rewrite, finalStatus }] = [recorder(), makeRewriter(REPLAY)];
  expect(finalStatus()).toBeUndefined();
  rewrite(record(status(1)));
  rewrite(record(fillColumns('lock_waits', 30), 30n));
  const last = finalStatus()!;
  expect(last.sequence).toBe(1n);
  expect(table(last.value)).toMatchObject({
    final: { values: Uint8Array.of(1) },
    published_rows: { values: BigUint64Array.of(30n) },
  });
  expect(finalStatus()).toBeUndefined();
});

test('a recording of an older schema keeps its columns: the store fills in what came later', () => {
  const older = TABLES.stacks.filter(({ name }) => name !== 'lines');
  const { header, block } = recorder()(fillColumns('stacks', 2));
  const columns = Object.fromEntries(decodeNativeBlock(block).columns.map(({ name, data }) => [name, data]));
  const { value } = makeRewriter(REPLAY).rewrite({ header, block: encodeNativeBlock(older, 2, columns) });
  expect(Object.keys(table(value))).toEqual(older.map(({ name }) => name));
});
