import { expect, test } from 'vitest';
import { fleetCell } from './fleet-shown.ts';

const PIPELINE = {
  ringSubmitted: 900,
  ringLost: 0,
  published: 900,
  inserted: 900,
  publishedBatches: 9,
  insertedBatches: 9,
  lostWithAgent: 0,
};
const AMD64 = { arch: 'amd64', emulation: 'no', requests: 400, waits: 20 };
const ARM64 = { arch: 'arm64', emulation: 'tcg', requests: 100, waits: 5 };

test('events of both platforms, the emulated one named, and all that was seen is stored', () => {
  expect(fleetCell([ARM64, AMD64], PIPELINE)).toEqual({
    name: 'fleet of two platforms',
    ok: true,
    detail: 'arm64: 100 requests, 5 waits; amd64: 400 requests, 20 waits; 900 records seen, 0 lost, 900 stored',
  });
});

test.each([
  ['no rows at all', [], PIPELINE],
  ['one platform', [AMD64], PIPELINE],
  ['no waits on the other', [AMD64, { ...ARM64, waits: 0 }], PIPELINE],
  ['an emulation that says it is none', [AMD64, { ...ARM64, emulation: 'no' }], PIPELINE],
  ['records lost in a ring', [AMD64, ARM64], { ...PIPELINE, ringLost: 1 }],
  ['records on their way', [AMD64, ARM64], { ...PIPELINE, inserted: 899 }],
])('not ok: %s', (_, rows, pipeline) => expect(fleetCell(rows, pipeline).ok).toBe(false));
