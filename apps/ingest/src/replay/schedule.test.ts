import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSchedule, parseSpeed } from './schedule.ts';

const frames = [100n, 300n, 500n].map((publishedUnixNanos) => ({ publishedUnixNanos }));
const START = 10_000n;

test.each([
  ['1', 9_900n, [10_000n, 10_200n, 10_400n]],
  ['4', 9_600n, [10_000n, 10_050n, 10_100n]],
  ['max', 9_500n, [10_000n, 10_000n, 10_000n]],
])('at speed %s times move by %d and batches are due when they are', (speed, shiftNanos, due) => {
  const schedule = makeSchedule(frames, parseSpeed(speed), START);
  expect(schedule.shiftNanos).toBe(shiftNanos);
  expect(frames.map(schedule.dueUnixNanos)).toEqual(due);
});

test('no batch is of the future when it is sent, and the last one is of that very moment', () => {
  const anyFrames = fc.array(fc.bigInt({ min: 0n, max: 2n ** 40n }), { minLength: 1, maxLength: 20 });
  const anySpeed = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant(Infinity));
  fc.assert(
    fc.property(anyFrames, anySpeed, (moments, speed) => {
      const recorded = moments.map((publishedUnixNanos) => ({ publishedUnixNanos }));
      const { shiftNanos, dueUnixNanos } = makeSchedule(recorded, speed, START);
      // Whole nanoseconds: a division may round one down.
      for (const frame of recorded)
        expect(frame.publishedUnixNanos + shiftNanos <= dueUnixNanos(frame) + 1n).toBe(true);
      const last = recorded.reduce((a, b) => (b.publishedUnixNanos > a.publishedUnixNanos ? b : a));
      expect(last.publishedUnixNanos + shiftNanos).toBe(dueUnixNanos(last));
    }),
  );
});

test.each(['0', '-1', '1.5', '1001', 'fast', ''])('speed "%s" is refused with what may be given', (text) => {
  expect(() => parseSpeed(text)).toThrow('give 1 to 1000, or max');
});
