/**
 * 2 000 hosts of 30 processes each with a ramp, its stop and an `off`, while agents and processes are started again, Kafka
 * is away and clocks are wrong by half a minute: whatever happens in between, everybody ends where the rule says.
 */
import { expect, test } from 'vitest';
import { shareOf } from '../selector.ts';
import type { WantedProbes } from './combine.ts';
import type { Policy } from './policy.ts';
import { planTargets } from './plan-targets.ts';
import { MINUTE, NOW, policyOf, processOf } from './testing.ts';

const HOSTS = 2000;
const PROCESSES = 30;
const HOST_BUDGET = 0.1;
const BUDGET = 0.01;
const STEP_MILLIS = 4 * MINUTE;

/** mulberry32 (Tommy Ettinger): the same failures each time */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Host {
  readonly processes: ReturnType<typeof processOf>[];
  readonly clockAheadMillis: number;
  known: readonly Policy[];
  running: Map<string, WantedProbes>;
}

const ramp = { percents: [1, 5, 25, 100], holdMillis: 10 * MINUTE };
const first = policyOf({ ramp, budgetShare: BUDGET });
/** stopped after 22 minutes, at 25 %, and begun anew ten minutes later */
const stopped: Policy = { ...first, version: 2, stopped: { reason: 'p99', atUnixMillis: NOW + 22 * MINUTE, step: 2 } };
const again: Policy = { ...first, version: 3, startsUnixMillis: NOW + 32 * MINUTE, ttlMillis: 60 * MINUTE };

const policiesAt = (now: number): readonly Policy[] =>
  now < NOW + 22 * MINUTE ? [first] : now < NOW + 32 * MINUTE ? [stopped] : [again];

function look(host: Host, now: number): number {
  const { actions } = planTargets({
    policies: host.known,
    processes: host.processes,
    running: host.running,
    nowUnixMillis: now + host.clockAheadMillis,
    hostBudgetShare: HOST_BUDGET,
    killed: false,
  });
  for (const action of actions) {
    if (action.action === 'detach') host.running.delete(action.identity);
    else host.running.set(action.identity, action.probes);
  }
  return actions.length;
}

test('hosts converge on the rule, never beyond their budget, and end with the policy', () => {
  const chance = seeded(11);
  const hosts: Host[] = Array.from({ length: HOSTS }, (_, h) => ({
    processes: Array.from({ length: PROCESSES }, (_unused, i) => processOf(`host-${h}/b1/order-${i}`)),
    clockAheadMillis: Math.round((chance() - 0.5) * MINUTE),
    known: [],
    running: new Map<string, WantedProbes>(),
  }));
  for (let now = NOW; now <= NOW + 100 * MINUTE; now += STEP_MILLIS) {
    for (const host of hosts) {
      // Kafka is away for one host in ten; an agent in fifty is started again, and a process in a hundred.
      if (chance() > 0.1) host.known = policiesAt(now);
      if (chance() < 0.02) host.running = new Map();
      const at = Math.floor(chance() * PROCESSES * 100);
      const restarted = host.processes[at];
      if (restarted !== undefined) host.running.delete(restarted.identity);
      look(host, now);
      const spent = [...host.running.values()].reduce((sum, { budgetShare }) => sum + budgetShare, 0);
      expect(spent).toBeLessThanOrEqual(HOST_BUDGET + 1e-9);
    }
  }
  // Well past the end of the last policy, and half a minute of clocks.
  for (const host of hosts) expect(host.running.size).toBe(0);
});

test('in the quiet after the failures every host runs what anybody can compute from the rule', () => {
  const now = NOW + 32 * MINUTE + 15 * MINUTE;
  for (let h = 0; h < HOSTS; h += 10) {
    const processes = Array.from({ length: PROCESSES }, (_, i) => processOf(`host-${h}/b1/order-${i}`));
    const host: Host = { processes, clockAheadMillis: 0, known: [again], running: new Map() };
    look(host, now);
    const below = processes.map(({ identity }) => identity).filter((identity) => shareOf(identity) < 5);
    const byPlace = below.toSorted((a, b) => shareOf(a) - shareOf(b)).slice(0, Math.round(HOST_BUDGET / BUDGET));
    expect([...host.running.keys()].toSorted()).toEqual(byPlace.toSorted());
    expect(look(host, now)).toBe(0);
  }
});
