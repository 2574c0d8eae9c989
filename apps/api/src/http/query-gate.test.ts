import { expect, test } from 'vitest';
import { QueryGate } from './query-gate.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('no more than the bound run at once, in order, and all that waited run', async () => {
  const gate = new QueryGate({ running: 2, waiting: 10 });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((name) =>
    gate.run(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  await settled();
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await settled();
  expect(begun).toEqual([0, 1, 2]);
  for (const end of ends) end();
  await settled();
  for (const end of ends) end();
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test('beyond the line callers are sent away with a code that says: again later', async () => {
  const gate = new QueryGate({ running: 1, waiting: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = [gate.run(() => promise), gate.run(() => promise)];
  await expect(gate.run(() => promise)).rejects.toMatchObject({ code: 'CLICKHOUSE_UNREACHABLE', canRetry: true });
  resolve();
  await Promise.all(held);
});

test('work that fails gives its place back', async () => {
  const gate = new QueryGate({ running: 1, waiting: 0 });
  for (let i = 0; i < 3; i++) {
    await expect(gate.run(() => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  }
  expect(await gate.run(() => Promise.resolve('in'))).toBe('in');
});
