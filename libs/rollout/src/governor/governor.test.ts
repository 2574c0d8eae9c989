import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyOf, simulate, sumOf, windowsOf } from './testing.ts';
import type { Load } from './testing.ts';

const steady = (load: Load) => (): Load => load;

/** 0022: 10.5 µs of CPU a request, and 6 of its probes; one core is all it has */
const hello: Load = { cores: 0.64, costs: { requests: 0.36 } };
const idle: Load = { cores: 0.01, costs: { requests: 0.001 } };
const comesAndGoes = (seconds: number): Load => (seconds > 20 && seconds < 80 ? hello : idle);
const burst = (seconds: number): Load => ({ cores: 0.1, costs: { requests: seconds < 1 ? 0.02 : 0 } });

describe('a service that costs less than the budget is never touched', () => {
  test.each<[string, Load]>([
    ['1 500 requests a second of a service that does little else', { cores: 0.02, costs: { requests: 0.009 } }],
    ['one that sleeps, whose share would be large', { cores: 0.0001, costs: { requests: 0.0001 } }],
    ['a busy one whose probes take 2 %', { cores: 4, costs: { requests: 0.08 } }],
    ['slow paths beyond the budget are not the requests’ fault', { cores: 1, costs: { slow: 0.2, requests: 0.009 } }],
  ])('%s', (_name, load) => {
    const { stretches, events } = simulate(policyOf(0.03), steady(load), 300);
    expect(stretches.every(({ off }) => off.length === 0)).toBe(true);
    expect(events).toEqual([]);
  });

  test('whatever is below the floor, at any load, however late it is looked', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.0099, noNaN: true }),
        fc.double({ min: 0, max: 8, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 20 }),
        (cost, cores, late) => {
          let turn = 0;
          const lateNanos = (): number => (late[turn++ % late.length] ?? 0) * 1e6;
          const { stretches } = simulate(policyOf(0.03), steady({ cores, costs: { requests: cost } }), 60, lateNanos);
          expect(stretches.every(({ off }) => off.length === 0)).toBe(true);
        },
      ),
      { interruptAfterTimeLimit: 2_000, markInterruptAsFailure: false },
    );
  });

  test('a burst of three thousand requests on an idle service', () => {
    expect(simulate(policyOf(0.03), burst, 30).events).toEqual([]);
  });
});

describe('a service that is too fast is watched for a part of the time', () => {
  test('a hello world, saturated: windows of a second, about every twelve', () => {
    const { stretches, events } = simulate(policyOf(0.03), steady(hello), 200);
    const [, ...windows] = windowsOf(stretches, 'requests');
    expect(windows.length).toBeGreaterThan(8);
    for (const [from, to] of windows) expect(to - from).toBeGreaterThanOrEqual(1e9);
    const starts = windows.map(([from]) => from);
    const periods = starts.slice(1).map((start, turn) => start - (starts[turn] ?? 0));
    expect(Math.max(...periods)).toBeLessThan(25e9);
    expect(events).toMatchObject([{ event: 'shedding-began', groups: ['map', 'requests'] }]);
  });

  test('what it costs stays within the budget, but for the window under way', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 16, noNaN: true }),
        fc.double({ min: 0, max: 16, noNaN: true }),
        fc.double({ min: 0.01, max: 0.1, noNaN: true }),
        (cost, cores, share) => {
          const load = steady({ cores, costs: { requests: cost } });
          const { stretches } = simulate(policyOf(share), load, 400);
          const late = stretches.filter(({ fromNanos }) => fromNanos > 130e9);
          const allowed = sumOf(
            late,
            ({ fromNanos, toNanos }) => Math.max(share * cores, Math.min(0.01, share)) * (toNanos - fromNanos),
          );
          expect(sumOf(late, ({ costNanos }) => costNanos)).toBeLessThan(1.2 * allowed + 1.2e9 * cost);
        },
      ),
      { interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false },
    );
  });

  test('load that comes and goes: shedding ends ten quiet seconds after it, and does not flap meanwhile', () => {
    const { events, stretches } = simulate(policyOf(0.03), comesAndGoes, 200);
    expect(events.map(({ event }) => event)).toEqual(['shedding-began', 'shedding-ended']);
    expect(events[0]?.atNanos).toBeLessThan(21.5e9);
    expect(events[1]?.atNanos).toBeLessThan(110e9);
    expect(stretches.at(-1)?.off).toEqual([]);
  });
});

describe('as little as will do, in the stated order', () => {
  test('maps go, requests stay', () => {
    const { stretches, events } = simulate(
      policyOf(0.03),
      steady({ cores: 1, costs: { map: 0.5, requests: 0.01 } }),
      120,
    );
    expect(events).toMatchObject([{ event: 'shedding-began', groups: ['map'] }]);
    expect(stretches.every(({ off }) => !off.includes('requests'))).toBe(true);
    expect(windowsOf(stretches, 'map').length).toBeGreaterThan(3);
  });

  test('what is shed is on at the same time: an event of a map can be told with its request', () => {
    const { stretches } = simulate(policyOf(0.03), steady({ cores: 1, costs: { map: 0.5, requests: 0.3 } }), 200);
    const [, ...maps] = windowsOf(stretches, 'map');
    const [, ...requests] = windowsOf(stretches, 'requests');
    expect(maps.length).toBeGreaterThan(3);
    expect(requests.at(-1)).toEqual(maps.at(-1));
  });

  test('five million operations a second on a budget of 1 % of a core: refused with the reason, tried again after ten minutes', () => {
    const load = steady({ cores: 0.2, costs: { map: 10, requests: 0.001 } });
    const { stretches, events } = simulate(policyOf(0.01), load, 900);
    const refusals = events.filter(({ event }) => event === 'refused');
    expect(refusals[0]).toMatchObject({ group: 'map', reason: expect.stringContaining('raise --overhead-percent') });
    expect(refusals.length).toBeLessThanOrEqual(2);
    const minutes = stretches.filter(({ fromNanos }) => fromNanos > 130e9 && fromNanos < 590e9);
    expect(minutes.every(({ off }) => off.includes('map') && !off.includes('requests'))).toBe(true);
  });
});
