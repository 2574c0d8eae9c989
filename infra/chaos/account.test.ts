import { expect, test } from 'vitest';
import { balance, readAccount } from './account.ts';

const account = readAccount(
  [
    'made a lock_waits 0 10',
    'made a lock_waits 1 10',
    'acked a lock_waits 0 10',
    'made a lock_waits 2 10',
    'spooled a lock_waits 2 10',
    'poison',
    'dropped a lock_waits 9 10',
    'acked a lock_wai',
  ].join('\n'),
);

test('what was acknowledged or on disk is owed, what was only made is not', () => {
  expect([...account.batches].map(([key, { isTaken }]) => [key, isTaken])).toEqual([
    ['a lock_waits 0', true],
    ['a lock_waits 1', false],
    ['a lock_waits 2', true],
  ]);
  expect(account).toMatchObject({ poison: 1, givenUp: 1 });
});

test.each([
  ['all there', [10, 0, 10], { published: 20, stored: 20, lost: 0, doubled: 0, diedInMemory: 10 }],
  ['one more than was owed', [10, 10, 10], { published: 20, stored: 30, lost: 0, doubled: 0, diedInMemory: 0 }],
  ['one is missing', [10, 0, 0], { published: 20, stored: 10, lost: 10, doubled: 0, diedInMemory: 10 }],
  ['a part of one', [7, 3, 10], { published: 20, stored: 20, lost: 10, doubled: 0, diedInMemory: 0 }],
  ['one is there twice', [20, 0, 10], { published: 20, stored: 20, lost: 0, doubled: 10, diedInMemory: 10 }],
])('%s', (_name, rows, wanted) => {
  const stored = new Map(rows.map((count, i) => [`a lock_waits ${i}`, count]));
  expect(balance(account.batches, stored)).toEqual(wanted);
});

test('rows that nobody made are counted as doubled', () => {
  expect(balance(new Map(), new Map([['b lock_waits 0', 5]])).doubled).toBe(5);
});
