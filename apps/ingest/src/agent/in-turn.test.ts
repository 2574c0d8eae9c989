import { expect, test } from 'vitest';
import { makeTurns } from './in-turn.ts';

const never = new AbortController().signal;

test('one after the other, whatever becomes of those before', async () => {
  const inTurn = makeTurns();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = inTurn(async () => {
    log.push('one begins');
    await first.promise;
    throw new Error('one fails');
  }, never);
  const two = inTurn(async () => void log.push('two'), never);
  await new Promise((resolve) => setImmediate(resolve));
  expect(log).toEqual(['one begins']);
  first.resolve();
  await expect(one).rejects.toThrow('one fails');
  await two;
  expect(log).toEqual(['one begins', 'two']);
});

test('who stops waiting is left out at once, and the next still waits for the first', async () => {
  const inTurn = makeTurns();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const stop = new AbortController();
  void inTurn(() => first.promise, never);
  const left = inTurn(async () => void log.push('left out'), stop.signal);
  const last = inTurn(async () => void log.push('last'), never);
  stop.abort();
  await left;
  expect(log).toEqual([]);
  first.resolve();
  await last;
  expect(log).toEqual(['last']);
});
