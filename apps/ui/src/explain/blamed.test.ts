import { rootCauseAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { verdictFixture } from '../../dev/fixtures/verdicts.ts';
import { blamedOf, keptShare, weighingOf } from './blamed.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');

test('every verdict blames what it says, and those that blame nobody nobody', () => {
  const blamed = rootCauseAnswer.shape.verdict.options.map((verdict) => [
    verdict,
    blamedOf(verdictFixture(verdict, NOW)).what,
  ]);
  expect(Object.fromEntries(blamed)).toEqual({
    contention: 'lock',
    'rw-writer-pending': 'lock',
    'hot-shard': 'lock',
    'map-conflict': 'map',
    gc: 'time',
    scheduler: 'time',
    downstream: 'time',
    channel: 'time',
    cpu: 'time',
    unexplained: 'nobody',
    'too-little-evidence': 'nobody',
  });
});

test('of two locks of one line the one with the share on top is blamed', () => {
  const answer = verdictFixture('contention', NOW);
  const [first] = answer.candidates;
  if (first === undefined) throw new Error('no candidate');
  const other = { ...first, lockKind: 'rwmutex_write' as const, explained: { value: 0.9, low: 0.8, high: 1 } };
  const both = { ...answer, candidates: [other, ...answer.candidates] };
  expect(blamedOf(both)).toEqual({ what: 'lock', lock: first });
});

test('an answer of an older API, without what it did not know, blames nobody but the lock', () => {
  const { timeCause: _, ...older } = verdictFixture('gc', NOW);
  expect(blamedOf(older)).toEqual({ what: 'nobody' });
  expect(weighingOf(blamedOf(verdictFixture('map-conflict', NOW)))).toBeUndefined();
});

test('lost events count as happened', () => {
  expect(keptShare({ ringSubmitted: 98, ringLost: 2, published: 98, inserted: 98 })).toBe(0.98);
  expect(keptShare({ ringSubmitted: 0, ringLost: 0, published: 0, inserted: 0 })).toBeUndefined();
});
