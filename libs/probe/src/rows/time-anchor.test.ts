import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimeAnchor } from './time-anchor.ts';

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;

/** A wall clock that can be set, over a monotonic one that can be moved. */
function setting() {
  let now = 0n;
  let offset = 1_000n * SECOND;
  const clock = { monotonicNanos: () => now, unixNanos: () => now + offset };
  const anchor = createTimeAnchor(clock);
  return {
    pass: (nanos: bigint): void => void (now += nanos),
    set: (nanos: bigint): void => void (offset += nanos),
    sample: anchor.sample,
    wall: () => now + offset,
    told: (...times: readonly bigint[]) => [...anchor.toUnix(BigUint64Array.from(times))],
    now: () => now,
  };
}

describe('the time anchor', () => {
  it('follows a clock that is set forward from the moment it is noticed', () => {
    const it = setting();
    it.pass(SECOND);
    it.set(HOUR);
    it.sample();
    expect(it.told(SECOND - 1n, SECOND, 2n * SECOND)).toEqual([
      1001n * SECOND - 1n,
      1001n * SECOND + HOUR,
      1002n * SECOND + HOUR,
    ]);
  });

  it('runs at half speed while the clock catches up, then with it', () => {
    const it = setting();
    it.pass(SECOND);
    it.set(-10n * SECOND);
    it.sample();
    expect(it.told(3n * SECOND)).toEqual([1002n * SECOND]);
    expect(it.told(21n * SECOND)).toEqual([1011n * SECOND]);
    expect(it.told(30n * SECOND)).toEqual([1020n * SECOND]);
    it.pass(29n * SECOND);
    it.sample();
    expect(it.told(it.now())).toEqual([it.wall()]);
  });

  it('leaves slewing below a millisecond alone', () => {
    const it = setting();
    it.set(900_000n);
    it.sample();
    expect(it.told(5n)).toEqual([1000n * SECOND + 5n]);
  });

  it('never reorders events of the last minute, whatever the clock does and whenever it is looked at', () => {
    const step = fc.record({ pass: fc.bigInt(0n, 50n * SECOND), set: fc.bigInt(-2n * HOUR, 2n * HOUR) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const it = setting();
        let before = -1n;
        for (const { pass, set } of steps) {
          const from = it.now();
          it.pass(pass);
          // Read by two hand-overs, with the clock set and sampled in between.
          const first = it.told(from, from + pass / 2n);
          it.set(set);
          it.sample();
          const times = [
            ...first,
            ...it.told(from + pass / 2n + 1n, it.now(), it.now() + 1n).slice(0, pass > 2n ? 2 : 0),
          ];
          for (const time of times) {
            expect(time).toBeGreaterThanOrEqual(before);
            before = time;
          }
        }
      }),
      { interruptAfterTimeLimit: 2000, numRuns: 300 },
    );
  });
});
