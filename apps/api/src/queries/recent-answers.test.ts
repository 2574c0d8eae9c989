import { expect, test } from 'vitest';
import { inTime, RecentAnswers } from './recent-answers.ts';

function setUp(capacity: number) {
  let now = 0n;
  let asked = 0;
  const answers = new RecentAnswers<number>({ unixNanos: () => 0n, monotonicNanos: () => now }, capacity);
  const get = (key: string) => answers.get(key, 10n, () => Promise.resolve(++asked));
  return { answers, get, wait: (nanos: bigint) => void (now += nanos) };
}

test('an answer is kept for its time, and a question under way is asked once', async () => {
  const { get, wait } = setUp(4);
  expect(await Promise.all([get('a'), get('a')])).toEqual([1, 1]);
  wait(9n);
  expect(await get('a')).toBe(1);
  wait(1n);
  expect(await get('a')).toBe(2);
});

test('beyond the capacity the longest unused goes', async () => {
  const { get } = setUp(2);
  for (const key of ['a', 'b', 'a', 'c']) await get(key);
  expect([await get('a'), await get('b')]).toEqual([1, 4]);
});

test('a failure is not kept', async () => {
  const { answers, get } = setUp(2);
  await expect(answers.get('a', 10n, () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  expect(await get('a')).toBe(1);
});

test('what is late is undefined', async () => {
  expect(await inTime(Promise.resolve(1), 1000)).toBe(1);
  expect(await inTime(new Promise(() => undefined), 5)).toBeUndefined();
});
