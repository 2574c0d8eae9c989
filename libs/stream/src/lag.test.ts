import { expect, test } from 'vitest';
import { totalLag } from './lag.ts';

test.each([
  ['behind by what is not read', [{ partition: 0, low: '0', high: '120' }], [{ partition: 0, offset: '100' }], 20],
  [
    'everything, if nothing is committed',
    [{ partition: 0, low: '5', high: '120' }],
    [{ partition: 0, offset: '-1' }],
    115,
  ],
  ['everything, if the group is unknown', [{ partition: 0, low: '0', high: '7' }], [], 7],
  ['only what retention left', [{ partition: 0, low: '50', high: '60' }], [{ partition: 0, offset: '3' }], 10],
  [
    'summed over partitions',
    [
      { partition: 0, low: '0', high: '10' },
      { partition: 1, low: '0', high: '10' },
    ],
    [
      { partition: 0, offset: '10' },
      { partition: 1, offset: '4' },
    ],
    6,
  ],
])('lag is %s', (_name, ends, committed, expected) => {
  expect(totalLag(ends, committed)).toBe(expected);
});
