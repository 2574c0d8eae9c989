import { expect, test } from 'vitest';
import type { RawMessage } from '../message.ts';
import { positionOf } from './position.ts';

const messages = (...offsets: number[]): RawMessage[] =>
  offsets.map((offset) => ({ offset: String(offset), key: null, value: null, timestamp: '0' }));

test.each([
  ['the claim has no place yet', messages(5, 6), 5n, undefined, [5, 6]],
  ['the fetch begins where the claim is', messages(10, 11), 10n, 10n, [10, 11]],
  ['the log has a hole there', messages(12), 10n, 10n, [12]],
  ['part of it was given before', messages(8, 9, 10, 11), 8n, 10n, [10, 11]],
  ['all of it was given before', messages(8, 9), 8n, 10n, []],
])('when %s, each message is given once', (_name, fetched, from, next, expected) => {
  const position = positionOf({ messages: fetched, from }, next);
  expect(position).toEqual({ kind: 'next', messages: messages(...expected) });
});

test('a fetch from further on is told apart: nothing may be skipped unseen', () => {
  expect(positionOf({ messages: messages(12), from: 12n }, 10n)).toEqual({ kind: 'beyond', from: 12n });
});
