import type { ContrastJson } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { contrastCell } from './compare-words.ts';

const NONE = { p99: null, own: null, cpu: null, waiting: null, conflicts: null, notes: [], sentence: '' };
const wait = { value: 2.14, low: 1.8, high: 2.5 };
const emulated = { code: 'emulated', blocks: 'times', reason: 'not comparable: emulated (arm64: tcg)' } as const;

test.each<[ContrastJson | null, string, string]>([
  [{ ...NONE, verdict: 'waits-longer', wait, refusals: [] }, '2.1× [1.8, 2.5]', 'worse'],
  [
    { ...NONE, verdict: 'no-difference', wait: { value: 1, low: 0.9, high: 1.1 }, refusals: [] },
    '1× [0.9, 1.1]',
    'same',
  ],
  [{ ...NONE, verdict: 'shares-only', wait: null, refusals: [emulated] }, emulated.reason, 'none'],
  [{ ...NONE, verdict: 'no-difference', wait: null, refusals: [] }, 'nothing to divide by', 'same'],
  [null, 'reference', 'none'],
])('a contrast %j is shown as "%s" in the tone %s', (contrast, text, tone) => {
  expect(contrastCell(contrast)).toEqual({ text, tone });
});
