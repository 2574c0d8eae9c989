import { expect, test } from 'vitest';
import { pairedCheck, type Pair } from './pairs.ts';

const pair = (beforeMs: number, foretoldMs: number | null, afterMs: number): Pair => ({
  beforeMs,
  foretoldMs,
  afterMs,
});
const five = (one: Pair): readonly Pair[] => Array.from({ length: 5 }, () => one);

test.each<[string, readonly Pair[], boolean, string, boolean | undefined]>([
  ['as foretold', five(pair(30, 30.3, 30)), true, '+1.0 % [+1.0 %, +1.0 %]', undefined],
  ['too high, on a machine that is steady', five(pair(30, 36, 30)), false, '+20.0 % [+20.0 %, +20.0 %]', undefined],
  ['too low', five(pair(30, 24, 30)), false, '−20.0 % [−20.0 %, −20.0 %]', undefined],
  ['too high, where the machine is as unsteady', five(pair(30, 48, 45)), false, '+28.0 % [+28.0 %, +28.0 %]', true],
  [
    'a machine that gets slower takes both along',
    [1, 2, 3].map((n) => pair(20 * n, 20 * n + 10, 20 * n + 20)),
    true,
    '+0.0 % [+0.0 %, +0.0 %]',
    undefined,
  ],
  [
    'one slice of five goes wrong',
    [...five(pair(30, 30, 30)).slice(1), pair(30, 90, 30)],
    true,
    '+0.0 % [+0.0 %, +200.0 %]',
    undefined,
  ],
  [
    'an even number of pairs',
    [pair(10, 10, 10), pair(10, 10, 10), pair(10, 11, 10), pair(10, 11, 10)],
    true,
    '+5.0 % [+0.0 %, +10.0 %]',
    undefined,
  ],
  ['nobody was blamed, where the machine is unsteady', five(pair(30, null, 60)), false, '0 pairs', true],
  ['nobody was blamed', five(pair(30, null, 30)), false, '0 pairs', undefined],
])('%s', (_, pairs, ok, found, isNoise) => {
  expect(pairedCheck(pairs, 0.1)).toMatchObject({ ok, found });
  expect(pairedCheck(pairs, 0.1).isNoise).toBe(isNoise);
});
