import { expect, test } from 'vitest';
import { type BatchPayload, type LoopOptions, runBatch } from './batch-loop.ts';
import type { RawMessage } from './message.ts';

const raw = (offset: number): RawMessage => ({
  offset: String(offset),
  key: null,
  value: Buffer.from(`m${offset}`),
  timestamp: '0',
});

function payload(count: number, over: Partial<BatchPayload> = {}) {
  const log: string[] = [];
  const made: BatchPayload = {
    batch: { topic: 't', partition: 3, messages: Array.from({ length: count }, (_, i) => raw(i)) },
    resolveOffset: (offset) => void log.push(`resolve ${offset}`),
    heartbeat: () => Promise.resolve(),
    commitOffsetsIfNecessary: async ({ topics }) => void log.push(`commit ${topics[0]?.partitions[0]?.offset}`),
    isRunning: () => true,
    isStale: () => false,
    ...over,
  };
  return { log, payload: made };
}

function options(over: Partial<LoopOptions> = {}): LoopOptions {
  return {
    onMessage: () => Promise.resolve(),
    onProblem: () => undefined,
    commit: 'after-each',
    backoff: { firstMillis: 1, maxMillis: 2 },
    heartbeatMillis: 5,
    signal: new AbortController().signal,
    chance: () => 0.5,
    ...over,
  };
}

test('each message is handled, resolved and committed as "next to read", in order', async () => {
  const { log, payload: given } = payload(2);
  await runBatch(given, options({ onMessage: async (message) => void log.push(`handle ${message.offset}`) }));
  expect(log).toEqual(['handle 0', 'resolve 0', 'commit 1', 'handle 1', 'resolve 1', 'commit 2']);
});

test('a failing message is tried again until it succeeds, and nothing behind it comes first', async () => {
  const { log, payload: given } = payload(2);
  const problems: string[] = [];
  let failures = 3;
  await runBatch(
    given,
    options({
      onProblem: (error) => problems.push(error.message),
      onMessage: async (message) => {
        if (message.offset === '0' && failures-- > 0) throw new Error('store down');
        log.push(`handle ${message.offset}`);
      },
    }),
  );
  expect(problems).toEqual(['store down', 'store down', 'store down']);
  expect(log[0]).toBe('handle 0');
  expect(log.at(-1)).toBe('commit 2');
});

test('a partition taken away stops the work with nothing committed', async () => {
  let stale = false;
  const { log, payload: given } = payload(2, { isStale: () => stale });
  await runBatch(
    given,
    options({
      onMessage: () => {
        stale = true;
        return Promise.reject(new Error('x'));
      },
    }),
  );
  expect(log).toEqual([]);
});

test('heartbeats go on during long work; a failed one is handed up after the message is safe', async () => {
  const rebalance = new Error('REBALANCE_IN_PROGRESS');
  let beats = 0;
  const { log, payload: given } = payload(2, {
    heartbeat: () => (++beats < 4 ? Promise.resolve() : Promise.reject(rebalance)),
  });
  const work = options({ onMessage: () => new Promise((resolve) => setTimeout(resolve, 60)) });
  await expect(runBatch(given, work)).rejects.toBe(rebalance);
  expect(beats).toBe(4);
  expect(log).toEqual(['resolve 0', 'commit 1']);
});

test('closing ends the waiting between tries at once', async () => {
  const closing = new AbortController();
  const { log, payload: given } = payload(1);
  const waiting = options({
    signal: closing.signal,
    backoff: { firstMillis: 60_000, maxMillis: 60_000 },
    onMessage: () => Promise.reject(new Error('x')),
    onProblem: () => queueMicrotask(() => closing.abort()),
  });
  await runBatch(given, waiting);
  expect(log).toEqual([]);
});

test('watchers keep no place', async () => {
  const { log, payload: given } = payload(1);
  await runBatch(given, options({ commit: 'never' }));
  expect(log).toEqual(['resolve 0']);
});
