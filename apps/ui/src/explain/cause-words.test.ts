import { rootCauseAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { verdictFixture } from '../../dev/fixtures/verdicts.ts';
import { blamedOf } from './blamed.ts';
import { headlineOf } from './cause-words.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');

test('every verdict has a headline of its own that names the cause', () => {
  const headlines = rootCauseAnswer.shape.verdict.options.map((verdict) => {
    const answer = verdictFixture(verdict, NOW);
    return [verdict, headlineOf(answer, blamedOf(answer))];
  });
  expect(Object.fromEntries(headlines)).toEqual({
    contention: 'Requests wait for the lock in `cache.(*Cache).Get` while `cache.(*Cache).Rebuild` holds it',
    'rw-writer-pending': 'Readers in `cache.(*Cache).Get` queue behind a writer that waits for `order.(*Sessions).Get`',
    'hot-shard': 'One of 64 locks in `cache.(*Cache).Get` is hot: it has 83 % of the waits',
    'map-conflict': 'The Go runtime ended the process: two goroutines used one `map[string]int` at a time',
    gc: 'Requests do the work of the garbage collector',
    scheduler: 'Requests are ready to run, but no CPU is free',
    downstream: 'Requests wait for calls to `payment:8443`',
    channel: 'Requests wait for a channel in `cache.(*Cache).Get`',
    cpu: 'Requests run on the CPU for longer',
    unexplained: 'No single cause explains the extra latency',
    'too-little-evidence': 'Too little evidence for a verdict',
  });
});

test('where a stack could not be read the headline says so and not nothing', () => {
  const answer = verdictFixture('contention', NOW);
  const candidates = answer.candidates.map((one) => ({ ...one, releasedAt: null }));
  const unread = { ...answer, candidates };
  expect(headlineOf(unread, blamedOf(unread))).toContain('while somebody whose stack could not be read holds it');
});
