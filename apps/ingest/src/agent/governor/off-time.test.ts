import { expect, test } from 'vitest';
import { createOffTimes } from './off-time.ts';

test('time off counts while it goes on, and stays when the group comes back', () => {
  const times = createOffTimes();
  expect(times.of('map', 5)).toEqual({ offNanos: 0, windows: 0 });
  times.note('map', true, 10);
  times.note('map', true, 15);
  expect([times.isOff('map'), times.isOff('requests')]).toEqual([true, false]);
  expect(times.of('map', 25)).toEqual({ offNanos: 15, windows: 0 });
  times.note('map', false, 30);
  times.note('map', false, 35);
  expect(times.of('map', 90)).toEqual({ offNanos: 20, windows: 1 });
  times.note('map', true, 100);
  expect(times.of('map', 107)).toEqual({ offNanos: 27, windows: 1 });
});
