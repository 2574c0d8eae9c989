import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan } from './plan.ts';
import type { Situation } from './plan.ts';
import type { Wanted } from './wanted.ts';

const NOW = 1_790_000_000_000;
const MINUTE = 60_000;
const wish = (state: Wanted['state'], changedAgo: number, expiresIn: number | null): Wanted => ({
  service: 'order',
  state,
  expiresUnixMillis: expiresIn === null ? null : NOW + expiresIn,
  changedBy: 'ann',
  changedUnixMillis: NOW - changedAgo,
});

/** Started 10 minutes ago, TTL 1 hour. */
const young: Situation = {
  running: true,
  nowUnixMillis: NOW,
  ttlMillis: 60 * MINUTE,
  startedUnixMillis: NOW - 10 * MINUTE,
};
const old: Situation = { ...young, startedUnixMillis: NOW - 61 * MINUTE };
const idle: Situation = { ...young, startedUnixMillis: null };

const answerTo = (situation: Situation): string => {
  const answer = plan(situation);
  return answer.action === 'close-gate-and-detach' ? `stop: ${answer.reason}` : answer.action;
};

describe.each([
  ['no wish', undefined],
  ['an expired `off`', wish('off', 20 * MINUTE, -1)],
  ['an `on` from before that expired', wish('on', 20 * MINUTE, -15 * MINUTE)],
])('with %s, which says nothing,', (_, wanted) => {
  test.each<[string, Situation, string, string]>([
    ['a young agent', young, 'keep', 'attach'],
    ['an agent past its TTL', old, 'stop: ttl-expired', 'keep'],
  ])('%s', (_name, situation, running, stopped) => {
    expect(answerTo({ ...situation, wanted })).toBe(running);
    expect(answerTo({ ...situation, wanted, running: false })).toBe(stopped);
  });
});

test.each<[string, Situation, string, string]>([
  ['`off` stops a young agent', { ...young, wanted: wish('off', 0, null) }, 'stop: kill-switch', 'keep'],
  [
    '`off` stops it however long ago it was said',
    { ...young, wanted: wish('off', 9e9, 5) },
    'stop: kill-switch',
    'keep',
  ],
  ['`off` is the reason even past the TTL', { ...old, wanted: wish('off', 0, null) }, 'stop: kill-switch', 'keep'],
  ['`on` gives an old agent a new TTL', { ...old, wanted: wish('on', 5 * MINUTE, null) }, 'keep', 'attach'],
  [
    '`on` without expiry ends with the TTL all the same',
    { ...old, wanted: wish('on', 60 * MINUTE, null) },
    'stop: ttl-expired',
    'keep',
  ],
  [
    '`on` far into the future ends with the TTL too',
    { ...old, wanted: wish('on', 60 * MINUTE, 9e9) },
    'stop: ttl-expired',
    'keep',
  ],
  [
    '`on` for a shorter time ends at its own expiry',
    { ...young, wanted: wish('on', 5 * MINUTE, 0) },
    'stop: ttl-expired',
    'keep',
  ],
  ['`on` of a clock a little ahead counts', { ...idle, wanted: wish('on', -MINUTE / 2, null) }, 'keep', 'attach'],
  [
    '`on` from the far future does not',
    { ...idle, wanted: wish('on', -2 * MINUTE, null) },
    'stop: ttl-expired',
    'keep',
  ],
  ['an agent that only waits is attached by `on`', { ...idle, wanted: wish('on', 0, null) }, 'keep', 'attach'],
  ['an agent that only waits does nothing by itself', idle, 'stop: ttl-expired', 'keep'],
  [
    'the TTL ends at its last millisecond',
    { ...young, startedUnixMillis: NOW - 60 * MINUTE },
    'stop: ttl-expired',
    'keep',
  ],
  ['and not one before', { ...young, startedUnixMillis: NOW - 60 * MINUTE + 1 }, 'keep', 'attach'],
])('%s', (_, situation, running, stopped) => {
  expect(answerTo(situation)).toBe(running);
  expect(answerTo({ ...situation, running: false })).toBe(stopped);
});

const anyWish = fc.record({
  service: fc.constant('order'),
  state: fc.constantFrom('on' as const, 'off' as const),
  expiresUnixMillis: fc.option(fc.integer({ min: NOW - 1e9, max: NOW + 1e9 })),
  changedBy: fc.constant('ann'),
  changedUnixMillis: fc.integer({ min: NOW - 1e9, max: NOW + 1e9 }),
});
const anySituation = fc.record({
  wanted: fc.option(anyWish, { nil: undefined }),
  running: fc.boolean(),
  nowUnixMillis: fc.constant(NOW),
  ttlMillis: fc.integer({ min: 1, max: 1e8 }),
  startedUnixMillis: fc.option(fc.integer({ min: NOW - 1e9, max: NOW })),
});

test('a valid `off` never leaves probes running, whatever else is so', () => {
  fc.assert(
    fc.property(anySituation, fc.integer({ min: 1, max: 1e9 }), (situation, left) => {
      const wanted = wish('off', 0, left);
      expect(answerTo({ ...situation, wanted, running: true })).toBe('stop: kill-switch');
      expect(answerTo({ ...situation, wanted, running: false })).toBe('keep');
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});

test('no probe outlives every beginning by more than a TTL and a minute', () => {
  fc.assert(
    fc.property(anySituation, (situation) => {
      const newest = Math.max(situation.startedUnixMillis ?? 0, situation.wanted?.changedUnixMillis ?? 0);
      const later = newest + situation.ttlMillis + 60_000;
      expect(answerTo({ ...situation, running: true, nowUnixMillis: Math.max(NOW, later) })).toMatch(/^stop/);
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});

test('doing what was said leads to rest: the same situation asked again says keep', () => {
  fc.assert(
    fc.property(anySituation, (situation) => {
      const first = plan(situation);
      const after = { keep: situation.running, attach: true, 'close-gate-and-detach': false }[first.action];
      expect(answerTo({ ...situation, running: after })).toBe('keep');
    }),
    { interruptAfterTimeLimit: 2000 },
  );
});
