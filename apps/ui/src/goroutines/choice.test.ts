import { expect, test } from 'vitest';
import { chosenOf, stepped } from './choice.ts';
import type { Stretch, Track } from './tracks.ts';

const stretch = (fromMs: number, toMs: number, wokenBy?: string): Stretch => ({
  fromMs,
  toMs,
  state: 'waiting',
  tone: 'lock',
  reason: undefined,
  site: undefined,
  traceId: undefined,
  wokenBy,
});
const track = (goroutine: string, ...stretches: Stretch[]): Track => ({ goroutine, stretches, crashedAtMs: undefined });
const TRACKS = [track('7', stretch(-1, 4, '9'), stretch(4, 10)), track('8'), track('9', stretch(0, 10))];

test('arrows walk over goroutines and their states, u to whoever woke it', () => {
  expect(stepped(TRACKS, undefined, 'ArrowDown')).toEqual({ track: 0, atMs: 4 });
  expect(stepped(TRACKS, { track: 0, atMs: 1 }, 'ArrowDown')).toEqual({ track: 1, atMs: 1 });
  expect(stepped(TRACKS, { track: 0, atMs: 1 }, 'ArrowRight')).toEqual({ track: 0, atMs: 7 });
  expect(stepped(TRACKS, { track: 0, atMs: 7 }, 'ArrowLeft')).toEqual({ track: 0, atMs: 2 });
  expect(stepped(TRACKS, { track: 0, atMs: 1 }, 'u')).toEqual({ track: 2, atMs: 4 });
});

test('at an edge, or where nobody was seen, a key leads nowhere', () => {
  for (const [choice, key] of [
    [{ track: 0, atMs: 1 }, 'ArrowUp'],
    [{ track: 2, atMs: 1 }, 'ArrowDown'],
    [{ track: 0, atMs: 7 }, 'ArrowRight'],
    [{ track: 0, atMs: 7 }, 'u'],
    [{ track: 1, atMs: 1 }, 'ArrowLeft'],
    [{ track: 0, atMs: 1 }, 'q'],
  ] as const)
    expect(stepped(TRACKS, choice, key), key).toBeUndefined();
  expect(stepped([], undefined, 'ArrowDown')).toBeUndefined();
  expect(chosenOf(TRACKS, { track: 1, atMs: 5 })?.stretch).toBeUndefined();
});
