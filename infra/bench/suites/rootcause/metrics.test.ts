import { expect, test } from 'vitest';
import { explainMetrics } from './metrics.ts';

const filled = { rows: {}, sizeBytes: 350, fillSeconds: 5 };
const times = (millis: number, found: number) => ({ millis: [millis, millis], judging: [1, 2], found });

test('an hour of 24 is held to a second, a full hour is only told; a wrong answer is a miss', () => {
  const day = { probed: times(900, 2), sdk: times(1100, 1), filled };
  const hour = { probed: times(5000, 2), sdk: times(6000, 2), filled };
  const found = new Map(explainMetrics(10, day, hour).map((each) => [each.name, each]));
  expect(found.get('rootcause_1h_of_24h_p99')).toMatchObject({ value: 900, target: 1000, ok: true });
  expect(found.get('rootcause_1h_of_24h_sdk_p99')).toMatchObject({ value: 1100, ok: false });
  expect(found.get('rootcause_1h_of_24h_sdk_found')).toMatchObject({ value: 0.5, ok: false });
  expect(found.get('rootcause_full_hour_p99')).toMatchObject({ value: 5000, ok: true });
  expect(found.get('rootcause_full_hour_p99')?.target).toBeUndefined();
  expect(found.get('rootcause_full_hour_judging')?.value).toBe(1.5);
});
