import type { RootCauseAnswer } from '@mapscope/contract';
import { expect, it } from 'vitest';
import { stands } from './verdict.ts';

it.each<[RootCauseAnswer['verdict'], RootCauseAnswer['windowSource'], number, boolean]>([
  ['contention', 'spike', 1_000, true],
  ['contention', 'halves', 59_000, false],
  ['contention', 'halves', 61_000, true],
  ['unexplained', 'spike', 4_000, false],
  ['downstream', 'spike', 4_000, false],
  ['downstream', 'spike', 16_000, true],
  ['hot-shard', 'spike', 1_000, true],
  ['unexplained', 'spike', 16_000, true],
  ['unexplained', 'halves', 16_000, false],
  ['too-little-evidence', 'spike', 100_000, false],
])('%s from %s after %i ms stands: %s', (verdict, windowSource, elapsedMillis, expected) => {
  // the two words that are looked at
  const answer = { verdict, windowSource } as RootCauseAnswer;
  expect(stands(answer, elapsedMillis)).toBe(expected);
});
