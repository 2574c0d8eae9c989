import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareOf } from '../selector.ts';
import { wantedOf, type WantedProbes } from './combine.ts';
import { percentAt, type Policy } from './policy.ts';
import { type HostSituation, planTargets } from './plan-targets.ts';
import { MINUTE, NOW, policyOf, processOf } from './testing.ts';

const processes = Array.from({ length: 100 }, (_, i) => processOf(`host-1/b1/order-${i}`));
const ramp = { percents: [1, 5, 25, 100], holdMillis: 10 * MINUTE };

const situation = (changes: Partial<HostSituation> = {}): HostSituation => ({
  policies: [policyOf()],
  processes,
  running: new Map(),
  nowUnixMillis: NOW,
  hostBudgetShare: 10,
  killed: false,
  ...changes,
});

/** What runs once a plan was carried out. */
function carriedOut(host: HostSituation): ReadonlyMap<string, WantedProbes> {
  const running = new Map(host.running);
  for (const action of planTargets(host).actions) {
    if (action.action === 'detach') running.delete(action.identity);
    else running.set(action.identity, action.probes);
  }
  return running;
}

const arbitraryPolicy: fc.Arbitrary<Policy> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    state: fc.constantFrom('on', 'on', 'on', 'off'),
    startsUnixMillis: fc.integer({ min: NOW - 100 * MINUTE, max: NOW + 5 * MINUTE }),
    families: fc.subarray(['lock', 'http', 'map'], { minLength: 1 }),
    ramp: fc.constantFrom(null, ramp),
    budgetShare: fc.constantFrom(0.01, 0.05, 0.2),
    stopped: fc.constantFrom(null, null, { reason: 'p99', atUnixMillis: NOW, step: 1 }),
    selectors: fc.constantFrom([{ service: 'order' }], [{ exe: '/srv/*', percent: 30 }], [{ service: 'other' }]),
  } as const)
  .map((changes) => policyOf(changes as Partial<Policy>));

const arbitraryHost: fc.Arbitrary<HostSituation> = fc
  .record({
    policies: fc.array(arbitraryPolicy, { maxLength: 4 }),
    hostBudgetShare: fc.constantFrom(0.05, 0.3, 5),
    nowUnixMillis: fc.integer({ min: NOW - 10 * MINUTE, max: NOW + 120 * MINUTE }),
    killed: fc.constantFrom(false, false, false, true),
  })
  .map((changes) => situation(changes));

test('what was carried out is followed by nothing to do', () => {
  fc.assert(
    fc.property(arbitraryHost, arbitraryHost, (before, after) => {
      const running = carriedOut({ ...after, running: carriedOut(before) });
      expect(planTargets({ ...after, running }).actions).toEqual([]);
    }),
  );
});

test('a process is attached to once, is one of those that are there, and all together fit the budget of the host', () => {
  fc.assert(
    fc.property(arbitraryHost, (host) => {
      const twice = { ...host, processes: [...host.processes, ...host.processes] };
      const { actions, deferred } = planTargets(twice);
      const names = actions.map(({ identity }) => identity);
      expect(new Set(names).size).toBe(names.length);
      const spent = [...carriedOut(twice).values()].reduce((sum, { budgetShare }) => sum + budgetShare, 0);
      expect(spent).toBeLessThanOrEqual(host.hostBudgetShare + 1e-9);
      for (const identity of deferred) expect(names).not.toContain(identity);
    }),
  );
});

test('a step of the ramp takes those whose place is below it, the next only adds, and nobody loses its place', () => {
  const policy = policyOf({ ramp });
  const at = (minutes: number) =>
    new Set(carriedOut(situation({ policies: [policy], nowUnixMillis: NOW + minutes * MINUTE })).keys());
  for (const [step, percent] of ramp.percents.entries()) {
    const wanted = processes.filter(({ identity }) => shareOf(identity) < percent).map(({ identity }) => identity);
    expect(at(step * 10)).toEqual(new Set(wanted));
    for (const identity of step > 0 ? at((step - 1) * 10) : []) expect(at(step * 10).has(identity)).toBe(true);
  }
  expect(at(10).size).toBeGreaterThan(0);
});

test('nothing outlives its time, whatever else is wanted of the policy; a clock a minute behind changes nothing', () => {
  fc.assert(
    fc.property(arbitraryPolicy, fc.nat(1000 * MINUTE), (policy, later) => {
      expect(percentAt(policy, policy.startsUnixMillis + policy.ttlMillis + later)).toBe(0);
    }),
  );
  expect(percentAt(policyOf(), NOW - MINUTE)).toBe(100);
  expect(percentAt(policyOf(), NOW - MINUTE - 1)).toBe(0);
});

test('a stop wins over the ramp, an `off` over every other policy, the kill switch over all', () => {
  const stopped = { reason: 'p99', atUnixMillis: NOW, step: 1 };
  const running = carriedOut(situation());
  const ends = (changes: Partial<HostSituation>) =>
    new Set(
      planTargets(situation({ running, ...changes })).actions.map((one) =>
        one.action === 'detach' ? one.reason : one.action,
      ),
    );
  expect(ends({ policies: [policyOf({ ramp, stopped })] })).toEqual(new Set(['not-wanted']));
  expect(ends({ policies: [policyOf(), policyOf({ name: 'no', state: 'off' })] })).toEqual(new Set(['not-wanted']));
  expect(ends({ killed: true })).toEqual(new Set(['kill-switch']));
  expect(ends({ policies: [] })).toEqual(new Set(['not-wanted']));
  expect(ends({ processes: [] })).toEqual(new Set(['gone']));
  expect(ends({ hostBudgetShare: 0 })).toEqual(new Set(['host-budget']));
});

test('two policies on one process: families together, the labelling that keeps most, the smaller budget', () => {
  const [process] = processes;
  const one = policyOf({
    name: 'a',
    labelling: { strategy: 'anomaly', minWaitNanos: 250_000 },
    predicate: { keyClass: 'int' },
  });
  const two = policyOf({
    name: 'b',
    families: ['map'],
    budgetShare: 0.005,
    labelling: { strategy: 'sampled', oneIn: 100 },
    predicate: { mapType: 'map[string]int' },
  });
  expect(wantedOf([one, two], process!, NOW)).toEqual({
    policies: ['a@1', 'b@1'],
    families: ['http', 'lock', 'map'],
    labelling: { strategy: 'sampled', oneIn: 100 },
    predicates: [{ keyClass: 'int' }, { mapType: 'map[string]int' }],
    budgetShare: 0.005,
  });
  expect(wantedOf([one, policyOf({ name: 'c' })], process!, NOW)?.predicates).toEqual([]);
});
