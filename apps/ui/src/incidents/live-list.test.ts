import type { Incident } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { incidentsFixture } from '../../dev/fixtures/lists.ts';
import { addTold, mergeIncidents } from './live-list.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');
const { items } = incidentsFixture(NOW);
const [open, closed] = items as [Incident, Incident]; // the fixture has three
const at = (incident: Incident, second: number, more: Partial<Incident> = {}): Incident => ({
  ...incident,
  changedAt: `2026-11-20T10:05:${String(second).padStart(2, '0')}Z`,
  ...more,
});
const HOUR_AGO = NOW - 3_600_000;

test('news of the stream win over the list, and an answer that is newer over them', () => {
  const listed = [at(open, 10), closed];
  const news = at(open, 20, { ongoing: false });
  expect(mergeIncidents(listed, [news], HOUR_AGO)).toEqual([news, closed]);
  const newer = at(open, 30);
  expect(mergeIncidents([newer, closed], [news], HOUR_AGO)).toEqual([newer, closed]);
});

test('a new incident comes on top, one that ended before the time looked at does not come', () => {
  const fresh = at(open, 40, { id: 'new', window: { from: '2026-11-20T10:05:01Z', to: '2026-11-20T10:05:30Z' } });
  expect(mergeIncidents([closed], [fresh], HOUR_AGO).map(({ id }) => id)).toEqual(['new', closed.id]);
  const old = { from: '2026-11-19T10:00:00Z', to: '2026-11-19T10:05:00Z' };
  expect(mergeIncidents([], [at(closed, 1, { window: old, ongoing: false })], HOUR_AGO)).toEqual([]);
  expect(mergeIncidents([], [at(closed, 1, { window: old, ongoing: true })], HOUR_AGO)).toHaveLength(1);
});

test('the same incident told again is kept once, the last word of it, and not without bound', () => {
  const told = addTold(addTold([], [at(open, 1), at(open, 2)]), [at(open, 3), at(closed, 3)]);
  expect(told.map(({ id, changedAt }) => [id, changedAt])).toEqual([
    [open.id, '2026-11-20T10:05:03Z'],
    [closed.id, '2026-11-20T10:05:03Z'],
  ]);
  const many = Array.from({ length: 500 }, (_, i) => at(open, 1, { id: String(i) }));
  expect(addTold(told, many)).toHaveLength(200);
});
