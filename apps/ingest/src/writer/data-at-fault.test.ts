import { expect, test } from 'vitest';
import { MapscopeError, decodeBatch, decodeNativeBlock, encodeBatch, encodeNativeBlock } from '@mapscope/events';
import { append, batchesOf, memoryPartition, memoryStore, own, stored } from './testing/memory-place.ts';

const busy = (clickhouseCode: number): MapscopeError =>
  new MapscopeError('CLICKHOUSE_UNREACHABLE', 'cannot just now', { facts: { clickhouseCode } });

function daysOf(block: Uint8Array): readonly bigint[] {
  const ts = decodeNativeBlock(block).columns.find(({ name }) => name === 'ts')?.data;
  return ts?.storage === 'i64' ? [...ts.values].map((nanos) => nanos / 86_400_000_000_000n) : [];
}

/** Row i is i days after `first`. */
function batchOverDays(value: Uint8Array, rows: number, first = 0n): Uint8Array {
  const { header } = decodeBatch(value);
  const values = BigInt64Array.from({ length: rows }, (_, i) => (first + BigInt(i)) * 86_400_000_000_000n);
  const ts = { storage: 'i64', values } as const;
  const block = encodeNativeBlock([{ name: 'ts', type: "DateTime64(9, 'UTC')" }], rows, { ts });
  return encodeBatch({ ...header, rows }, block);
}

test('a block that makes ClickHouse want all memory there is becomes a dead letter; the load it is not to blame for passes', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  const values = [...batchesOf('lock_waits', 9)];
  const { header, block } = decodeBatch(values[4]!);
  // A length that is nonsense, behind a count of rows that is right: found before it is sent.
  values[4] = encodeBatch(
    header,
    block.map((byte, i) => (i < 40 ? byte : 0xff)),
  );
  append(partition, values);
  const answers = [busy(241), busy(252), busy(243)];
  store.refuse = (_kind, blocks) => {
    const answer = answers.shift();
    if (answer !== undefined) throw answer;
    if (blocks.some((bytes) => bytes.length === block.length && bytes.at(-1) === 0xff)) throw busy(241);
  };
  const owner = own(partition, store);
  await owner.feed();
  await owner.work.drain();
  expect(Object.keys(stored(store, 'lock_waits'))).toEqual(['0', '1', '2', '3', '5', '6', '7', '8']);
  expect(partition.letters).toEqual([{ offset: '4', code: 'BATCH_MALFORMED' }]);
});

test('rows on more days than an insert may have are found: alone a dead letter, together in several inserts', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  const values = [...batchesOf('lock_waits', 4)];
  append(partition, [
    batchOverDays(values[0]!, 101),
    batchOverDays(values[1]!, 60),
    batchOverDays(values[2]!, 70, 60n),
    values[3]!,
  ]);
  store.refuse = (_kind, blocks) => {
    if (new Set(blocks.flatMap(daysOf)).size > 100) throw busy(252);
  };
  const owner = own(partition, store);
  await owner.feed();
  await owner.work.drain();
  expect(partition.letters).toEqual([{ offset: '0', code: 'CLICKHOUSE_REFUSED' }]);
  expect(store.ledger.map(({ rows }) => rows)).toEqual([60, 70, 3]);
});
