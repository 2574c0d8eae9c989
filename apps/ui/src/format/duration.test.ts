import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test('a duration has the unit and the digits a person would give it', () => {
  const cases: readonly (readonly [number | null | undefined, string])[] = [
    [0, '0 ms'],
    [0.0004, '400 ns'],
    [0.042, '42 µs'],
    [0.9996, '1 ms'],
    [6.14, '6.1 ms'],
    [9.97, '10 ms'],
    [61.3, '61 ms'],
    [310, '310 ms'],
    [999.7, '1 s'],
    [1234, '1.2 s'],
    [59_999, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [90_000_000, '1 d 1 h'],
    [-61.3, '−61 ms'],
    [null, '–'],
    [undefined, '–'],
    [Number.NaN, '–'],
  ];
  for (const [ms, text] of cases) expect(duration(ms), String(ms)).toBe(text);
});
