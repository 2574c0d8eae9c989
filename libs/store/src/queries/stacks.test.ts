import { expect, test } from 'vitest';
import { rememberingStacks } from './stacks.ts';

const frameOf = (hash: string) => [{ function: `f${hash}`, file: 'a.go', line: Number(hash) }];

function reader(isThere: (hash: string) => boolean = () => true) {
  const asked: (readonly string[])[] = [];
  const stacks = rememberingStacks((hashes) => {
    asked.push(hashes);
    return Promise.resolve(new Map(hashes.filter(isThere).map((hash) => [hash, frameOf(hash)])));
  });
  return { asked, stacks };
}

test('a stack is read once, and what is asked beside it is read alone', async () => {
  const { asked, stacks } = reader();
  await stacks(['1', '2']);
  expect(await stacks(['2', '3'])).toEqual(new Map(['2', '3'].map((hash) => [hash, frameOf(hash)])));
  expect(asked).toEqual([['1', '2'], ['3']]);
});

test('a stack that was not there is asked for again', async () => {
  let isSent = false;
  const { stacks } = reader(() => isSent);
  expect(await stacks(['1'])).toEqual(new Map());
  isSent = true;
  expect(await stacks(['1'])).toEqual(new Map([['1', frameOf('1')]]));
});

test('no more than two thousand are kept, the oldest go first', async () => {
  const { asked, stacks } = reader();
  const all = Array.from({ length: 2001 }, (_, i) => String(i));
  expect((await stacks(all)).size).toBe(2001);
  await stacks(['0', '2000']);
  expect(asked.at(-1)).toEqual(['0']);
});
