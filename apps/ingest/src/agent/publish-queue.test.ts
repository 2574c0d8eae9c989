import { expect, test } from 'vitest';
import { type BatchKind, MapscopeError } from '@mapscope/events';
import type { PreparedBatch } from './batcher.ts';
import { type QueueNeeds, makePublishQueue } from './publish-queue.ts';
import { makeQueueRoom } from './queue-room.ts';
import { NO_SPOOL } from './spool/no-spool.ts';
import type { Spool } from './spool/spool.ts';

const batch = (kind: BatchKind, sequence: number, size = 10): PreparedBatch => ({
  kind,
  rows: 5,
  sequence: BigInt(sequence),
  value: new Uint8Array(size),
});
const needs = (over: Partial<QueueNeeds>): QueueNeeds => ({
  publish: () => Promise.resolve(),
  onProblem: () => undefined,
  pause: () => new Promise((resolve) => setImmediate(resolve)),
  openSpool: () => NO_SPOOL,
  ...over,
});
const away = (): Promise<void> => Promise.reject(new MapscopeError('KAFKA_UNREACHABLE', 'away'));
const room = () => makeQueueRoom({ maxBatches: 4, maxBytes: 100 });
const never = new AbortController().signal;

test('batches of a kind are published one at a time in order, and a retry does not let a later one pass', async () => {
  const log: string[] = [];
  let failures = 2;
  const publish: QueueNeeds['publish'] = async ({ kind, sequence }) => {
    if (kind === 'lock_waits' && failures-- > 0) throw new MapscopeError('KAFKA_UNREACHABLE', 'away');
    log.push(`${kind}#${sequence}`);
  };
  const queue = makePublishQueue(needs({ publish }), room());
  for (const i of [0, 1]) queue.offer(batch('lock_waits', i));
  queue.offer(batch('stacks', 0));
  expect(await queue.drain(never)).toBe(true);
  expect(log.filter((line) => line.startsWith('lock'))).toEqual(['lock_waits#0', 'lock_waits#1']);
  expect(log[0]).toBe('stacks#0');
  expect(queue.published.lock_waits).toEqual({ rows: 10, batches: 2 });
  expect(queue.waitingBytes).toBe(0);
});

test.each([
  ['batches', { maxBatches: 2, maxBytes: 1_000 }],
  ['bytes', { maxBatches: 100, maxBytes: 25 }],
])('at the bound of %s the newest is dropped and counted, and what was in stays', async (_name, bounds) => {
  const gate = Promise.withResolvers<void>();
  const queue = makePublishQueue(needs({ publish: () => gate.promise }), makeQueueRoom(bounds));
  expect([0, 1, 2].map((i) => queue.offer(batch('lock_waits', i)))).toEqual([true, true, false]);
  expect(queue.dropped.lock_waits).toEqual({ rows: 5, batches: 1 });
  gate.resolve();
  await queue.drain(never);
  expect(queue.published.lock_waits).toEqual({ rows: 10, batches: 2 });
  expect(queue.offer(batch('lock_waits', 3))).toBe(true);
});

test('what Kafka can never take is dropped and counted, and the next one goes on', async () => {
  const tooLarge = new MapscopeError('KAFKA_REFUSED', 'x', { facts: { kafkaError: 'MESSAGE_TOO_LARGE' } });
  const publish: QueueNeeds['publish'] = ({ sequence }) =>
    sequence === 0n ? Promise.reject(tooLarge) : Promise.resolve();
  const queue = makePublishQueue(needs({ publish }), room());
  queue.offer(batch('stacks', 0));
  queue.offer(batch('stacks', 1));
  await queue.drain(never);
  expect(queue.dropped.stacks.batches).toBe(1);
  expect(queue.published.stacks.batches).toBe(1);
});

test('a drain that may not wait longer gives up the rest and counts it', async () => {
  const deadline = new AbortController();
  const queue = makePublishQueue(needs({ publish: away }), room());
  for (const i of [0, 1, 2]) queue.offer(batch('lock_waits', i));
  setTimeout(() => deadline.abort(), 20);
  expect(await queue.drain(deadline.signal)).toBe(false);
  expect(queue.dropped.lock_waits).toEqual({ rows: 15, batches: 3 });
  expect(queue.waitingBatches).toBe(0);
});

test('a send that never comes back does not hold up the end', async () => {
  const queue = makePublishQueue(needs({ publish: () => new Promise(() => undefined) }), room());
  queue.offer(batch('lock_waits', 0));
  expect(await queue.drain(AbortSignal.timeout(10))).toBe(false);
  expect(queue.dropped.lock_waits.batches).toBe(1);
});

test('queues that share a room share its bound, and what one has sent is room for the other', async () => {
  const shared = makeQueueRoom({ maxBatches: 2, maxBytes: 1_000 });
  const gate = Promise.withResolvers<void>();
  const away = makePublishQueue(needs({ publish: () => gate.promise }), shared);
  const other = makePublishQueue(needs({}), shared);
  expect([away.offer(batch('stacks', 0)), away.offer(batch('stacks', 1))]).toEqual([true, true]);
  expect(other.offer(batch('stacks', 0))).toBe(false);
  gate.resolve();
  await away.drain(never);
  expect(other.offer(batch('stacks', 1))).toBe(true);
  await other.drain(never);
  expect(other.dropped.stacks.batches).toBe(1);
});

/** A spool in memory: the one on disk has tests of its own. */
function memorySpool(maxBatches: number): { spool: Spool; held: PreparedBatch[] } {
  const held: PreparedBatch[] = [];
  const head = (kind: BatchKind) => held.find((one) => one.kind === kind);
  const spool: Spool = {
    append: (one) => held.length < maxBatches && held.push(one) > 0,
    head,
    done: (kind) =>
      void held.splice(
        held.findIndex((one) => one.kind === kind),
        1,
      ),
    waiting: () => held,
    close: () => undefined,
  };
  return { spool, held };
}

test('while Kafka is away batches lie on disk, and go out in their order when it is back', async () => {
  const { spool, held } = memorySpool(100);
  let isAway = true;
  const sent: bigint[] = [];
  const publish: QueueNeeds['publish'] = ({ sequence }) =>
    isAway ? away() : Promise.resolve(void sent.push(sequence));
  const queue = makePublishQueue(needs({ publish, openSpool: () => spool }), room());
  for (let i = 0; i < 10; i++) expect(queue.offer(batch('lock_waits', i))).toBe(true);
  await expect.poll(() => held.length).toBe(9);
  expect(queue.waitingBatches, 'all but the one that is tried').toBe(1);
  isAway = false;
  expect(await queue.drain(never)).toBe(true);
  expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(BigInt));
  expect(queue.published.lock_waits).toEqual({ rows: 50, batches: 10 });
});

test('what is not sent at the end stays on disk and is not counted as dropped', async () => {
  const { spool, held } = memorySpool(100);
  const queue = makePublishQueue(needs({ publish: away, openSpool: () => spool }), room());
  for (let i = 0; i < 6; i++) queue.offer(batch('lock_waits', i));
  expect(await queue.drain(AbortSignal.timeout(20))).toBe(false);
  expect(new Set(held.map(({ sequence }) => sequence))).toEqual(new Set([0, 1, 2, 3, 4, 5].map(BigInt)));
  expect(queue.dropped.lock_waits.batches).toBe(0);
  expect(queue.waitingBytes).toBe(0);
});

test('what the disk has no room for either is dropped and counted', async () => {
  const { spool } = memorySpool(2);
  const queue = makePublishQueue(needs({ publish: away, openSpool: () => spool }), room());
  const taken = Array.from({ length: 12 }, (_, i) => queue.offer(batch('lock_waits', i, 30)));
  await queue.drain(AbortSignal.timeout(20));
  const kept = taken.filter(Boolean).length;
  expect(queue.dropped.lock_waits.batches).toBe(12 - 2);
  expect(kept).toBeGreaterThan(2);
});
