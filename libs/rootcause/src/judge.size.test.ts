import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { compared, GET, LOG, MS, SESSION, usualNanos } from './testing/planted.ts';
import type { PlantedWait, Service } from './testing/planted.ts';

/** Two waits a request before, up to four during: 200 000 requests and more than 500 000 waits in all. */
const busy =
  (share: number): Service =>
  ({ rng }) => {
    const own = usualNanos(rng, 20 * MS);
    const wait = rng() < share ? 200 * MS * rng() : 0;
    const tiny = (at: typeof GET): PlantedWait => ({
      at,
      lock: `0x${Math.floor(rng() * 256).toString(16)}`,
      offsetNanos: rng() * own,
      waitNanos: 0.1 * MS * rng(),
    });
    const waits = [
      tiny(LOG),
      tiny(SESSION),
      ...(wait > 0 ? [{ at: GET, offsetNanos: 0, waitNanos: wait }, tiny(LOG)] : []),
    ];
    return { durationNanos: own + wait, waits };
  };

test('200 000 requests and 500 000 waits are judged, the culprit by name', { timeout: 60_000 }, () => {
  const evidence = compared({ before: busy(0), during: busy(0.9), seconds: 100, perSecond: 1000 });
  const waits = evidence.spike.waits.count + evidence.baseline.waits.count;
  expect(waits).toBeGreaterThan(500_000);
  expect(judge(evidence).cause?.waiter).toEqual(GET);
});
