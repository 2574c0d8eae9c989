import { expect, test } from 'vitest';
import { pressKey, rungsOf, selectionOf, type KeyBrush } from './key-brush.ts';

const RANGE = [1, 1000] as const;
const board = { steps: 10, rungs: rungsOf(RANGE) };
const press = (keys: readonly string[], from: KeyBrush = { at: 4, anchor: undefined, rung: 0 }): KeyBrush =>
  keys.reduce((brush, key) => {
    const [last = ''] = key.split(' ').slice(-1);
    return pressKey(brush, last, key.startsWith('Shift '), board) ?? brush;
  }, from);

test('arrows walk and stay on the chart; with Shift they select both ends', () => {
  expect(press(['ArrowRight', 'ArrowRight']).at).toBe(6);
  expect(press(Array.from({ length: 20 }, () => 'ArrowRight')).at).toBe(9);
  expect(press(['Home']).at).toBe(0);
  expect(press(['End']).at).toBe(9);
  expect(selectionOf(press(['Shift ArrowRight', 'Shift ArrowRight']), RANGE)).toEqual({
    steps: [4, 6],
    minMs: undefined,
  });
  expect(selectionOf(press(['Shift ArrowLeft']), RANGE)?.steps).toEqual([3, 4]);
  expect(selectionOf(press(['Shift ArrowRight', 'ArrowRight']), RANGE)).toBeUndefined();
});

test('Shift and up leaves the fast requests out, Escape takes it all back', () => {
  const slow = press(['Shift ArrowRight', ...Array.from({ length: 10 }, () => 'Shift ArrowUp')]);
  expect(selectionOf(slow, RANGE)).toEqual({ steps: [4, 5], minMs: 100 });
  expect(selectionOf(press(['Shift ArrowDown'], slow), RANGE)?.minMs).toBeLessThan(100);
  expect(selectionOf(press(['Escape'], slow), RANGE)).toBeUndefined();
  expect(selectionOf(press(Array.from({ length: 99 }, () => 'Shift ArrowUp')), RANGE)?.minMs).toBeLessThanOrEqual(1000);
});

test('keys that mean nothing here are left to the page', () => {
  for (const key of ['a', 'Tab', 'ArrowUp', 'Enter']) expect(pressKey(press([]), key, false, board)).toBeUndefined();
});
