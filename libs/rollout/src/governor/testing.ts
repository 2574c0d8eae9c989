/** For tests: a target that does what it is told, under a governor, in simulated time. */
import type { GovernorEvent, GovernorPolicy } from './governor.ts';
import { beginGoverning, govern, GOVERNOR_TIMES } from './governor.ts';
import { budgetOf } from './budget.ts';

export interface Load {
  /** cores that it takes without probes */
  readonly cores: number;
  /** by group: cores that its probes take while they are on */
  readonly costs: Readonly<Record<string, number>>;
}

export interface Stretch {
  readonly fromNanos: number;
  readonly toNanos: number;
  readonly off: readonly string[];
  /** of groups that can be shed */
  readonly costNanos: number;
  readonly cpuNanos: number;
}

export interface Simulated {
  readonly stretches: readonly Stretch[];
  readonly events: readonly (GovernorEvent & { readonly atNanos: number })[];
}

export const ORDER = ['map', 'requests'] as const;

export const policyOf = (share: number): GovernorPolicy => ({
  ...GOVERNOR_TIMES,
  budget: budgetOf(share),
  shedOrder: ORDER,
});

/** @param lateNanos how late each look is: a busy machine */
export function simulate(
  policy: GovernorPolicy,
  loadAt: (seconds: number) => Load,
  seconds: number,
  lateNanos: () => number = () => 0,
): Simulated {
  const stretches: Stretch[] = [];
  const events: (GovernorEvent & { atNanos: number })[] = [];
  let state = beginGoverning(0);
  let [at, off, next]: [number, readonly string[], number] = [0, [], 250e6];
  while (at < seconds * 1e9) {
    const to = next + lateNanos();
    const elapsedNanos = to - at;
    const { cores, costs } = loadAt(at / 1e9);
    const on = Object.entries(costs).filter(([group]) => !off.includes(group));
    const costNanos = Object.fromEntries(on.map(([group, cost]) => [group, cost * elapsedNanos]));
    const total = on.reduce((sum, [, cost]) => sum + cost, 0);
    const shed = on.filter(([group]) => policy.shedOrder.includes(group)).reduce((sum, [, cost]) => sum + cost, 0);
    const cpuNanos = (cores + total) * elapsedNanos;
    stretches.push({ fromNanos: at, toNanos: to, off, costNanos: shed * elapsedNanos, cpuNanos });
    const governed = govern(policy, state, { atNanos: to, elapsedNanos, cpuNanos, costNanos });
    events.push(...governed.events.map((event) => ({ ...event, atNanos: to })));
    ({ state } = governed);
    [at, off, next] = [to, governed.off, governed.nextNanos];
  }
  return { stretches, events };
}

export const sumOf = (stretches: readonly Stretch[], of: (stretch: Stretch) => number): number =>
  stretches.reduce((sum, stretch) => sum + of(stretch), 0);

/** Stretches in which a group is on without a break, as times. */
export function windowsOf(stretches: readonly Stretch[], group: string): readonly (readonly [number, number])[] {
  const windows: [number, number][] = [];
  for (const { fromNanos, toNanos, off } of stretches) {
    if (off.includes(group)) continue;
    const last = windows.at(-1);
    if (last?.[1] === fromNanos) last[1] = toNanos;
    else windows.push([fromNanos, toNanos]);
  }
  return windows;
}
