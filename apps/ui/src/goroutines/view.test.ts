import { GOROUTINE_STATES } from '@mapscope/events';
import { expect, test } from 'vitest';
import { toneOf, TONE_WORDS } from './states.ts';
import type { Stretch } from './tracks.ts';
import { bounded, piecesOf, pressed, revealing, zoomed } from './view.ts';

const ALL = { fromMs: 0, toMs: 100 };
const stretch = (fromMs: number, toMs: number): Stretch => ({
  fromMs,
  toMs,
  state: 'running',
  tone: 'running',
  reason: undefined,
  site: undefined,
  traceId: undefined,
  wokenBy: undefined,
});

test('keys zoom about a point and pan, and never leave the timeline', () => {
  const near = pressed(ALL, 'w', 50, 100);
  expect(near).toEqual({ fromMs: expect.closeTo(16.67, 1), toMs: expect.closeTo(83.33, 1) });
  expect(pressed(near ?? ALL, 's', 50, 100)).toEqual({ fromMs: expect.closeTo(0, 6), toMs: expect.closeTo(100, 6) });
  expect(pressed({ fromMs: 0, toMs: 10 }, 'a', 5, 100)).toEqual({ fromMs: 0, toMs: 10 });
  expect(pressed({ fromMs: 0, toMs: 10 }, 'd', 5, 100)).toEqual({ fromMs: 2, toMs: 12 });
  expect(pressed({ fromMs: 40, toMs: 50 }, '0', 45, 100)).toEqual(ALL);
  expect(pressed(ALL, 'x', 50, 100)).toBeUndefined();
  expect(bounded({ fromMs: -50, toMs: 500 }, 100)).toEqual(ALL);
});

test('what is under the pointer stays there while one zooms', () => {
  const view = zoomed(ALL, 4, 20, 100);
  expect((20 - view.fromMs) / (view.toMs - view.fromMs)).toBeCloseTo(0.2);
});

test('a jump shows what it leads to, and moves nothing that is seen already', () => {
  const view = { fromMs: 0, toMs: 10 };
  expect(revealing(view, { fromMs: 2, toMs: 3 }, 100)).toBe(view);
  const moved = revealing(view, { fromMs: 50, toMs: 52 }, 100);
  expect(moved).toEqual({ fromMs: 46, toMs: 56 });
});

test('states too short to be told apart are one piece, and none is lost', () => {
  const short = Array.from({ length: 20 }, (_, i) => stretch(i * 0.01, (i + 1) * 0.01));
  const track = { goroutine: '7', crashedAtMs: undefined, stretches: [...short, stretch(0.2, 5)] };
  const far = piecesOf(track, ALL, 0.1);
  expect(far.length).toBeLessThan(6);
  expect(far.some((piece) => piece.stretch === undefined)).toBe(true);
  expect([far[0]?.fromMs, far.at(-1)?.toMs]).toEqual([0, 5]);
  expect(piecesOf(track, { fromMs: 0, toMs: 0.2 }, 0.0001)).toHaveLength(20);
});

test('every state of Go has a tone, and every tone has words', () => {
  // Object.keys loses the literal types.
  for (const state of Object.keys(GOROUTINE_STATES) as (keyof typeof GOROUTINE_STATES)[])
    expect(TONE_WORDS[toneOf(state, '')]).not.toBe('');
  const reasons = [
    'sync.Mutex.Lock',
    'semacquire',
    'chan receive',
    'select (no cases)',
    'IO wait',
    'GC assist wait',
    'sleep',
  ];
  expect(reasons.map((reason) => toneOf('waiting', reason))).toEqual([
    'lock',
    'lock',
    'channel',
    'channel',
    'network',
    'gc',
    'asleep',
  ]);
});
