import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

test('gives the outcome of the work and leaves nothing on the signal', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(7), signal)).toBe(7);
  await expect(unlessAborted(Promise.reject(new Error('x')), signal)).rejects.toThrow('x');
  await Promise.resolve();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('does not wait longer than the signal', async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(new Promise<number>(() => undefined), stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(await unlessAborted(new Promise<number>(() => undefined), stop.signal)).toBeUndefined();
});
