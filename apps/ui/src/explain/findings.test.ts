import { expect, test } from 'vitest';
import { cutsOf, findingsOf } from './findings.ts';

test('a reason goes where it belongs, in the order it came', () => {
  const found = findingsOf([
    'share (holds): 81 %',
    'also: calls to `payment:8443` is 12 % [10, 14] of it',
    'ruled out: calls to `mail:25`: 3 % of the extra latency',
    'ruled out: 4 more places that slow requests waited at, each for less',
    'p99 has doubled',
  ]);
  expect(found).toEqual({
    proof: ['share (holds): 81 %', 'p99 has doubled'],
    also: ['calls to `payment:8443` is 12 % [10, 14] of it'],
    ruledOut: [
      { who: 'calls to `mail:25`', why: '3 % of the extra latency' },
      { who: '4 more places that slow requests waited at, each for less', why: '' },
    ],
  });
});

test('a cut of the rows is found, nothing else is', () => {
  const cut = 'the window was cut by trace-id hash: 10 of 20 requests';
  expect(cutsOf(['share (holds)', cut])).toEqual([cut]);
});
