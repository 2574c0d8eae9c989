import { expect, test } from 'vitest';
import { PAGES } from '../router/pages.ts';
import { NO_CHORD, press } from './chord.ts';
import { GO, goKeysOf } from './key-table.ts';

test('every page has two keys, and no two pages the same', () => {
  expect(Object.values(GO).toSorted()).toEqual([...PAGES].toSorted());
  for (const page of PAGES) expect(press(press(NO_CHORD, 'g', 0).chord, goKeysOf(page)[1] ?? '', 500).page).toBe(page);
});

test('a letter alone, too late or of no page goes nowhere', () => {
  expect(press(NO_CHORD, 'l', 0).page).toBeUndefined();
  expect(press({ beganMs: 0 }, 'l', 5000).page).toBeUndefined();
  expect(press({ beganMs: 0 }, 'x', 10)).toEqual({ chord: NO_CHORD });
  expect(press({ beganMs: 0 }, 'toString', 10).page).toBeUndefined();
});
