import { expect, test } from 'vitest';
import { MapscopeError, decodeBatch, encodeBatch } from '@mapscope/events';
import { STEPS, append, batchesOf, memoryPartition, memoryStore, own, stored } from './testing/memory-place.ts';

const each = (count: number, rows = 3): Readonly<Record<string, number>> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i), rows]));

test('messages become one insert a table, the ledger, and a commit with the intent before it', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 4));
  append(partition, batchesOf('stacks', 2));
  const owner = own(partition, store, { bounds: { rows: 1000, bytes: 1e6, millis: 20 } });
  await owner.feed();
  await owner.work.drain();
  expect(store.inserts.map(({ kind, batches }) => `${kind} ${batches}`)).toEqual(['lock_waits 4', 'stacks 2']);
  expect(store.ledger.map(({ kind, offset, rows }) => `${kind} ${offset} ${rows}`)).toEqual([
    'lock_waits 0 3',
    'lock_waits 1 3',
    'lock_waits 2 3',
    'lock_waits 3 3',
    'stacks 4 3',
    'stacks 5 3',
  ]);
  expect(partition.commits).toEqual([
    { offset: 0n, note: expect.stringContaining('"last":"5"') },
    { offset: 6n, note: '' },
  ]);
  expect(owner.totals()).toMatchObject({ batches: 6, rows: 18, blocks: 1, deadLetters: 0 });
});

test('a block is written when it has its rows, before its time', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 25));
  const owner = own(partition, store, { bounds: { rows: 30, bytes: 1e6, millis: 60_000 } });
  await owner.feed();
  await expect.poll(() => store.rows.length).toBeGreaterThanOrEqual(60);
  expect(store.inserts.every(({ batches }) => batches >= 10)).toBe(true);
  await owner.work.drain();
  expect(stored(store, 'lock_waits')).toEqual(each(25));
});

test.each(STEPS)('killed at "%s": the next owner finishes the same block, each row is stored once', async (diesAt) => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 23));
  append(partition, batchesOf('stacks', 5));
  const first = own(partition, store, { diesAt });
  await first.feed();
  await first.work.settled();
  const before = [...store.inserts];
  // It would cut otherwise.
  const second = own(partition, store, { bounds: { rows: 7, bytes: 1e6, millis: 5 } });
  await second.feed();
  await second.work.drain();
  expect(stored(store, 'lock_waits')).toEqual(each(23));
  expect(stored(store, 'stacks')).toEqual(each(5));
  expect(store.ledger).toHaveLength(28);
  expect(partition.commits.at(-1)).toEqual({ offset: 28n, note: '' });
  expect(store.inserts.slice(0, before.length)).toEqual(before);
});

test('a block that was open is not cut anew, whatever is there by then', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 40));
  const wide = { rows: 1000, bytes: 1e6, millis: 1 };
  const first = own(partition, store, { diesAt: 'intended', bounds: wide });
  await first.work.take(partition.messages.slice(0, 4));
  await first.work.settled();
  // Its insert reaches the store all the same, late.
  const zombie = own({ ...partition, commits: [] }, store, { diesAt: 'inserted', bounds: wide });
  await zombie.work.take(partition.messages.slice(0, 4));
  await zombie.work.settled();
  const second = own(partition, store, { bounds: wide });
  await second.work.take(partition.messages);
  await second.work.drain();
  expect(store.inserts.map(({ batches }) => batches)).toEqual([4, 36]);
  expect(stored(store, 'lock_waits')).toEqual(each(40));
  expect(second.totals().reopened).toBe(1);
});

test('what comes again is dropped: in the same block, later, and by a writer that knows only the ledger', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  const batches = batchesOf('lock_waits', 12);
  append(partition, [...batches, ...batches.slice(3, 9)]);
  const first = own(partition, store);
  await first.feed();
  await first.work.drain();
  append(partition, batches);
  const second = own(partition, store);
  await second.feed();
  await second.work.drain();
  expect(stored(store, 'lock_waits')).toEqual(each(12));
  expect([first.totals().seenBefore, second.totals().seenBefore]).toEqual([6, 12]);
});

const refused = (clickhouseCode = 62): MapscopeError =>
  new MapscopeError('CLICKHOUSE_REFUSED', 'no', { facts: { clickhouseCode } });

test('what is no batch, and a block of another table, go to the dead letters; the others are inserted', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  const values = [...batchesOf('lock_waits', 9)];
  const { header, block } = decodeBatch(values[4]!);
  values[4] = encodeBatch(
    header,
    // The name of the first column: behind the counts of columns and rows, and its length.
    block.map((byte, i) => (i === 3 ? byte ^ 0x5a : byte)),
  );
  append(partition, [null, ...values, new Uint8Array(200)]);
  store.refuse = (_kind, blocks) => {
    if (blocks.some((bytes) => bytes.length === block.length && bytes[3] !== block[3])) throw refused();
  };
  const owner = own(partition, store);
  await owner.feed();
  await owner.work.drain();
  const { 4: _bad, ...good } = each(9);
  expect(stored(store, 'lock_waits')).toEqual(good);
  expect(partition.letters.toSorted((a, b) => Number(a.offset) - Number(b.offset))).toEqual([
    { offset: '0', code: 'BATCH_MALFORMED' },
    { offset: '5', code: 'CLICKHOUSE_REFUSED' },
    { offset: '10', code: 'BATCH_MALFORMED' },
  ]);
  expect(partition.commits.at(-1)).toEqual({ offset: 11n, note: '' });
});

test('a batch that ClickHouse alone knows to be bad is found by halving; no good one is put aside', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  const values = batchesOf('lock_waits', 32);
  append(partition, values);
  const bad = [5, 21].map((i) => decodeBatch(values[i]!).block);
  store.refuse = (_kind, blocks) => {
    if (blocks.some((bytes) => bad.some((other) => Buffer.compare(bytes, other) === 0))) throw refused();
  };
  const owner = own(partition, store, { bounds: { rows: 96, bytes: 1e6, millis: 5 } });
  await owner.work.take(partition.messages);
  await owner.work.drain();
  const { 5: _one, 21: _other, ...good } = each(32);
  expect(stored(store, 'lock_waits')).toEqual(good);
  expect(partition.letters.map(({ offset }) => offset).toSorted()).toEqual(['21', '5']);
});

test.each([
  ['away', new MapscopeError('CLICKHOUSE_UNREACHABLE', 'x')],
  ['without the table', refused(60)],
  ['in an unforeseen state', new Error('x')],
])('while the store is %s the partition is paused and nothing is lost; then all is written', async (_name, answer) => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 40));
  store.refuse = () => {
    throw answer;
  };
  const bytes = 5 * (partition.messages[0]?.value?.length ?? 0);
  const owner = own(partition, store, { bounds: { rows: 1000, bytes, millis: 5 } });
  await owner.feed();
  await expect.poll(owner.isPaused).toBe(true);
  expect(await owner.work.take(partition.messages.slice(35))).toBe('later');
  expect(owner.totals().retries).toBeGreaterThan(0);
  store.refuse = () => undefined;
  await expect.poll(owner.isPaused).toBe(false);
  owner.lose();
  await owner.work.settled();
  expect(partition.letters).toEqual([]);
  const second = own(partition, store);
  await second.feed();
  await second.work.drain();
  expect(stored(store, 'lock_waits')).toEqual(each(40));
});

test('a drain that the store holds up ends in its time; the intent stays for the next owner', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 5));
  store.refuse = () => {
    throw new MapscopeError('CLICKHOUSE_UNREACHABLE', 'x');
  };
  const first = own(partition, store, { drainMillis: 50 });
  await first.feed();
  await first.work.drain();
  expect(partition.commits.at(-1)).toMatchObject({ offset: 0n, note: expect.stringContaining('"v":1') });
  store.refuse = () => undefined;
  const second = own(partition, store);
  await second.feed();
  await second.work.drain();
  expect(stored(store, 'lock_waits')).toEqual(each(5));
});

test('an intent for messages that are there no longer is told and given up: what is there is written', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 6));
  const first = own(partition, store, { diesAt: 'intended' });
  await first.feed();
  await first.work.settled();
  const anew = { ...memoryPartition(), commits: partition.commits };
  append(anew, batchesOf('stacks', 8));
  const second = own(anew, store);
  await second.feed();
  await second.work.drain();
  expect(second.problems.map(({ message }) => message).join()).toContain('no longer in the topic');
  expect(stored(store, 'stacks')).toEqual(each(8));
});

test('an intent of a later version stops the writer: it would cut the block otherwise than it was', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('stacks', 1));
  partition.commits.push({ offset: 0n, note: '{"v":2}' });
  const owner = own(partition, store);
  await owner.work.settled();
  await expect(owner.work.take(partition.messages)).rejects.toThrow('update this writer');
  expect(store.inserts).toEqual([]);
});

test('a writer that stood still after its intent writes it down again before it inserts: a stale owner is refused there', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 3));
  const owner = own(partition, store, { stallsAt: 'intended' });
  await owner.feed();
  await owner.work.drain();
  const [first, again, done] = partition.commits;
  expect(first).toMatchObject({ offset: 0n, note: expect.stringContaining('"v":1') });
  expect(again).toEqual(first);
  expect(done).toEqual({ offset: 3n, note: '' });
});

test('a refusal of the moment cuts nothing anew: the insert before it may have happened', async () => {
  const [partition, store] = [memoryPartition(), memoryStore()];
  append(partition, batchesOf('lock_waits', 8));
  const answers = [new MapscopeError('CLICKHOUSE_UNREACHABLE', 'killed in the insert'), refused()];
  store.refuse = () => {
    const answer = answers.shift();
    if (answer !== undefined) throw answer;
  };
  const owner = own(partition, store, { bounds: { rows: 24, bytes: 1e6, millis: 5 } });
  await owner.work.take(partition.messages);
  await owner.work.drain();
  expect(store.inserts.map(({ batches }) => batches)).toEqual([8]);
  expect(partition.letters).toEqual([]);
});
