import { expect, test } from 'vitest';
import { matching, type Entry } from './match.ts';

const entry = (text: string, kind = 'page'): Entry => ({ text, kind, href: `/${text}` });
const ENTRIES = [entry('Incidents'), entry('Live tail'), entry('Goroutines'), entry('order', 'locks of')];
const found = (typed: string): readonly string[] => matching(ENTRIES, typed).map(({ text }) => text);

test('letters in order find an entry, its beginning before its middle', () => {
  expect(found('')).toHaveLength(4);
  expect(found('gor')).toEqual(['Goroutines']);
  expect(found('lt')[0]).toBe('Live tail');
  expect(found('order locks')).toEqual(['order']);
  expect(found('i')[0]).toBe('Incidents');
  expect(found('zz')).toEqual([]);
});

test('a trace id is a trace', () => {
  expect(matching([], 'AB'.repeat(16))).toEqual([
    { text: 'AB'.repeat(16), kind: 'trace', href: `/trace/?id=${'ab'.repeat(16)}` },
  ]);
  expect(matching([], 'ab')).toEqual([]);
});
