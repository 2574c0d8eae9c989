import { expect, test } from 'vitest';
import { type BatchHeader, MapscopeError, batchToken, decodeBatch, encodeBatch, parseAgentId } from '@mapscope/events';
import type { StreamMessage } from '@mapscope/stream';
import { makeBatcher } from '../agent/batcher.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { makeWriterCounters } from './counters.ts';
import { type WriteNeeds, writeMessage } from './write-message.ts';

const HEADER: BatchHeader = {
  kind: 'lock_waits',
  agent: parseAgentId('0123456789abcdef0123456789abcdef'),
  boot: 9n,
  family: 'lock_waits',
  sequence: 3n,
  service: 'order',
  platform: 'p',
  rows: 12,
  firstUnixNanos: 1n,
  lastUnixNanos: 2n,
  ringSubmitted: 12n,
  ringLost: 0n,
};
const [GOOD] = makeBatcher({ agent: HEADER.agent, boot: 9n, service: 'order', platform: 'p' }, 1_000_000).prepare(
  fillColumns('lock_waits', 12),
  { submitted: 12n, lost: 0n },
);
const { block: BLOCK } = decodeBatch(GOOD!.value);

function message(value: Uint8Array | null): StreamMessage {
  return { topic: 'probe', partition: 4, offset: '77', key: 'k', value, headers: {}, timestampMillis: 0 };
}

function recording(fail: { insert?: Error; record?: Error } = {}) {
  const log: string[] = [];
  const counters = makeWriterCounters();
  const needs: WriteNeeds = {
    sink: {
      insertBlock: async (kind, block, token) => {
        if (fail.insert !== undefined) throw fail.insert;
        log.push(`insert ${kind} ${block.length} ${token}`);
      },
      recordBatch: async (entry, token) => {
        if (fail.record !== undefined) throw fail.record;
        log.push(`record ${entry.rows} rows of ${entry.topic}/${entry.partition}@${entry.offset} ${token}`);
      },
    },
    deadLetter: async (_message, reason) => void log.push(`dead letter ${reason.code}`),
    counters,
    onDeadLetter: () => undefined,
  };
  return { log, counters, needs };
}

const refused = (clickhouseCode: number): MapscopeError =>
  new MapscopeError('CLICKHOUSE_REFUSED', 'no', { facts: { clickhouseCode } });

test('a batch is inserted untouched under its token, then written into the ledger', async () => {
  const { log, counters, needs } = recording();
  await writeMessage(message(encodeBatch(HEADER, BLOCK)), needs);
  const token = batchToken(HEADER);
  expect(log).toEqual([`insert lock_waits ${BLOCK.length} ${token}`, `record 12 rows of probe/4@77 ${token}`]);
  expect(counters.totals()).toMatchObject({
    batches: 1,
    rows: 12,
    bytes: BLOCK.length,
    rowsByKind: { lock_waits: 12 },
  });
});

test.each([
  ['an empty message', null],
  ['foreign bytes', new Uint8Array(200)],
  ['a batch cut short', encodeBatch(HEADER, BLOCK).subarray(0, -1)],
])('%s goes to the dead letters and is done with', async (_name, value) => {
  const { log, counters, needs } = recording();
  await writeMessage(message(value), needs);
  expect(log).toEqual(['dead letter BATCH_MALFORMED']);
  expect(counters.totals()).toMatchObject({ batches: 0, deadLetters: 1 });
});

test('a block that ClickHouse refuses and that is indeed at fault goes to the dead letters', async () => {
  const { log, needs } = recording({ insert: refused(62) });
  await writeMessage(
    message(
      encodeBatch(
        HEADER,
        BLOCK.map((byte) => byte ^ 0x5a),
      ),
    ),
    needs,
  );
  expect(log).toEqual(['dead letter CLICKHOUSE_REFUSED']);
});

test.each([
  ['ClickHouse is away', { insert: new MapscopeError('CLICKHOUSE_UNREACHABLE', 'x') }],
  ['the ledger could not be written', { record: new MapscopeError('CLICKHOUSE_UNREACHABLE', 'x') }],
  ['ClickHouse has no memory left', { insert: refused(241) }],
  ['a table is missing', { insert: refused(60) }],
  ['something unforeseen happened', { insert: new Error('x') }],
])('when %s the message is left for another try', async (_name, fail) => {
  const { log, counters, needs } = recording(fail);
  await expect(writeMessage(message(encodeBatch(HEADER, BLOCK)), needs)).rejects.toThrow();
  expect(log.filter((line) => line.startsWith('dead'))).toEqual([]);
  expect(counters.totals().retries).toBe(1);
});

test('a dead letter that could not be sent leaves the message for another try', async () => {
  const { needs } = recording();
  const away = { ...needs, deadLetter: () => Promise.reject(new MapscopeError('KAFKA_UNREACHABLE', 'x')) };
  await expect(writeMessage(message(null), away)).rejects.toThrow('x');
});
