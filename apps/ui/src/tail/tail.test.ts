import { expect, test } from 'vitest';
import { parseTailEvent, type TailEvent } from './tail-event.ts';
import { addEvents, EMPTY_TAIL, MAX_EVENTS, newWhilePaused, resumeTail } from './tail-list.ts';

const event = (id: number): TailEvent => ({
  id: String(id),
  kind: 'lock_wait',
  ts: '2026-11-20T10:03:00Z',
  service: 'order',
  platform: '',
  traceId: '',
});
const events = (from: number, to: number): readonly TailEvent[] =>
  Array.from({ length: to - from }, (_, index) => event(from + index));

test('the newest event stands on top and the list is bounded', () => {
  const list = addEvents(addEvents(EMPTY_TAIL, events(0, 3), false), events(3, 600), false);
  expect(list.shown).toHaveLength(MAX_EVENTS);
  expect(list.shown[0]?.id).toBe('599');
  expect(list.received).toBe(600);
  expect(new Set(list.shown.map(({ number }) => number)).size).toBe(MAX_EVENTS);
});

test('a list that stands still does not move; what came is counted and shown afterwards', () => {
  const still = addEvents(addEvents(EMPTY_TAIL, events(0, 3), false), events(3, 603), true);
  expect(still.shown.map(({ id }) => id)).toEqual(['2', '1', '0']);
  expect([newWhilePaused(still), still.letGo]).toEqual([600, 100]);
  const again = resumeTail(still);
  expect(again.shown[0]?.id).toBe('602');
  expect(newWhilePaused(again)).toBe(0);
});

test('an event is read with what belongs to its kind', () => {
  const data = {
    ts: '2026-11-20T10:03:00Z',
    service: 'order',
    platform: 'arch=arm64',
    kind: 'lock_wait',
    traceId: 'ab',
    waitMs: 61.5,
    waiter: { function: 'Get', file: 'cache.go', line: 22 },
  };
  expect(parseTailEvent('lock_wait', '7', JSON.stringify(data))).toMatchObject({
    id: '7',
    waitMs: 61.5,
    waiter: { line: 22 },
    holder: undefined,
  });
});

test('what is no event of ours is none', () => {
  for (const data of ['', '{', 'null', '[]', '{"ts":5}', '{}'])
    expect(parseTailEvent('lock_wait', '1', data)).toBeUndefined();
});
