import { expect, test } from 'vitest';
import { readSlots } from './read-slots.ts';

test('so many read at once, the others in order of coming, and one too many is told', () => {
  const read: string[] = [];
  const turns = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ read: () => void read.push(name) }));
  const [a, b, c, d, e] = turns as [(typeof turns)[0], ...typeof turns];
  const slots = readSlots(2, 2);
  expect(turns.map((turn) => slots.enter(turn))).toEqual([true, true, true, true, false]);
  expect(read).toEqual(['a', 'b']);
  slots.leave(c!); // went away while waiting
  slots.leave(a);
  slots.leave(a);
  expect(read).toEqual(['a', 'b', 'd']);
  slots.leave(d!);
  slots.leave(b!);
  expect(slots.enter(e!)).toBe(true);
  expect(read).toEqual(['a', 'b', 'd', 'e']);
});
