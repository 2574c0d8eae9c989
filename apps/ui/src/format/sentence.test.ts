import { expect, test } from 'vitest';
import { codeParts, keepTogether, reasonMark, splitSentences } from './sentence.ts';

const ANSWER =
  'p99 of `order` rose 40 ms → 1.2 s from 10:03:20 UTC (203 slow of 4 000 requests). 81 % [77, 84] of the extra latency is waiting for the lock taken in `cache.(*Cache).Get` (order/cache.go:42). It was released by `x.Y. Z` (x.go:8). `Only` on arch=arm64.';

test('an answer is cut at the ends of its sentences, never inside a number, a file or code', () => {
  const sentences = splitSentences(ANSWER);
  expect(sentences).toHaveLength(4);
  expect(sentences[0]).toMatch(/^p99 of .* requests\)\.$/);
  expect(sentences[2]).toBe('It was released by `x.Y. Z` (x.go:8).');
  expect(sentences.join(' ')).toBe(ANSWER);
});

test('text without an end is one sentence, nothing is none', () => {
  expect(splitSentences('no verdict')).toEqual(['no verdict']);
  expect(splitSentences('  ')).toEqual([]);
});

test('a number is not torn from its unit', () => {
  expect(keepTogether('rose 40.2 ms → 1.2 s, 81 % of 21 870 slow')).toBe(
    'rose 40.2\u00A0ms → 1.2\u00A0s, 81\u00A0% of 21\u00A0870 slow',
  );
});

test('backticks mark code', () => {
  expect(codeParts('a `b` c')).toEqual([
    { text: 'a ', isCode: false },
    { text: 'b', isCode: true },
    { text: ' c', isCode: false },
  ]);
});

test('a reason is marked by its own words', () => {
  expect(reasonMark('share (holds): 81 %')).toBe('holds');
  expect(reasonMark('dose–response (does not hold): 0.1')).toBe('fails');
  expect(reasonMark('ruled out: `Logger.Print`: 2 % of the extra latency')).toBe('ruled-out');
  expect(reasonMark('p99 has doubled')).toBe('note');
});
