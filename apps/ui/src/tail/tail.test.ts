import { expect, test } from 'vitest';
import { readEntry, type TailEntry } from './tail-event.ts';
import { addEntries, EMPTY_TAIL, MAX_ENTRIES, newWhilePaused, resumeTail, type NumberedEntry } from './tail-list.ts';

const event = (id: number): TailEntry => ({
  what: 'event',
  kind: 'lock_wait',
  ts: '2026-11-20T10:03:00Z',
  service: 'order',
  platform: '',
  traceId: String(id),
});
const events = (from: number, to: number): readonly TailEntry[] =>
  Array.from({ length: to - from }, (_, index) => event(from + index));
const traceOf = ({ entry }: NumberedEntry) => (entry.what === 'event' ? entry.traceId : entry.what);

test('the newest event stands on top and the list is bounded', () => {
  const list = addEntries(addEntries(EMPTY_TAIL, events(0, 3), false), events(3, 600), false);
  expect(list.shown).toHaveLength(MAX_ENTRIES);
  expect(list.shown.slice(0, 1).map(traceOf)).toEqual(['599']);
  expect(list.received).toBe(600);
  expect(new Set(list.shown.map(({ number }) => number)).size).toBe(MAX_ENTRIES);
});

test('a list that stands still does not move; what came is counted and shown afterwards', () => {
  const still = addEntries(addEntries(EMPTY_TAIL, events(0, 3), false), events(3, 603), true);
  expect(still.shown.map(traceOf)).toEqual(['2', '1', '0']);
  expect([newWhilePaused(still), still.letGo]).toEqual([600, 100]);
  const again = resumeTail(still);
  expect(again.shown.slice(0, 1).map(traceOf)).toEqual(['602']);
  expect(newWhilePaused(again)).toBe(0);
});

test('what happened to the tail stands where it happened, is counted, and is no event', () => {
  const skipped = readEntry({ event: 'skipped', data: '{"count":1200,"reason":"rate"}' });
  const expired = readEntry({ event: 'skipped', data: '{"count":3,"reason":"expired"}' });
  const problem = readEntry({ event: 'problem', data: '{"code":"CLICKHOUSE_UNREACHABLE","detail":"start it"}' });
  const fresh = [event(1), skipped, problem, expired, { what: 'resumed', afterMillis: 2000 }, event(2)] as TailEntry[];
  const list = addEntries(EMPTY_TAIL, fresh, false);
  expect(list.shown.map(traceOf)).toEqual(['2', 'resumed', 'skipped', 'problem', 'skipped', '1']);
  expect([list.received, list.skipped]).toEqual([2, 1203]);
  expect(problem).toEqual({ what: 'problem', code: 'CLICKHOUSE_UNREACHABLE', detail: 'start it' });
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
  expect(readEntry({ event: 'lock_wait', data: JSON.stringify(data) })).toMatchObject({
    what: 'event',
    waitMs: 61.5,
    waiter: { line: 22 },
    holder: undefined,
  });
});

test('what is no event of ours is none', () => {
  for (const name of ['lock_wait', 'skipped', 'message', 'lock_waits'])
    for (const data of ['', '{', 'null', '[]', '{"ts":5}', '{}'])
      expect(readEntry({ event: name, data }), `${name} ${data}`).toBeUndefined();
});
