/**
 * Which groups take part in the duty cycle. As few as will do, in the stated order; once a group is in, it stays until the
 * shedding ends. A group that even the shortest window at the longest period makes too expensive is refused, with the reason.
 */
import type { GovernorPolicy, GovernorState } from './governor.ts';

export interface Refusal {
  readonly group: string;
  readonly reason: string;
  readonly untilNanos: number;
}

export interface Chosen {
  readonly shed: readonly string[];
  readonly refusal: Refusal | undefined;
}

/** What is on all the time must leave this much of the room for windows of the others. */
const LEFT_FOR_WINDOWS = 0.2;

type Known = Pick<GovernorState, 'shed' | 'refused' | 'rates' | 'roomRate'>;

export function chooseShed(policy: GovernorPolicy, known: Known, atNanos: number): Chosen {
  const { shedOrder } = policy;
  const least = Math.max(1, ...known.shed.map((group) => shedOrder.indexOf(group) + 1));
  for (let count = least; count <= shedOrder.length; count++) {
    const shed = shedOrder.slice(0, count);
    if (offNanosOf(policy, known, shed) <= policy.longestPeriodNanos - policy.windowNanos) {
      return { shed, refusal: undefined };
    }
  }
  return { shed: shedOrder, refusal: refusalOf(policy, known, atNanos) };
}

/** How long the groups must be off after a window; infinite where the others alone take the room. */
function offNanosOf({ shedOrder, windowNanos }: GovernorPolicy, known: Known, shed: readonly string[]): number {
  const { roomRate } = known;
  const always = rateOf(
    known,
    shedOrder.filter((group) => !shed.includes(group)),
  );
  if (always > roomRate * (1 - LEFT_FOR_WINDOWS)) return Number.POSITIVE_INFINITY;
  const owed = windowNanos * (always + rateOf(known, shed) - roomRate);
  return Math.max(0, owed / (roomRate - always));
}

function rateOf({ rates, refused }: Known, groups: readonly string[]): number {
  const counted = groups.filter((group) => !refused.some((refusal) => refusal.group === group));
  return counted.reduce((total, group) => total + (rates[group] ?? 0), 0);
}

function refusalOf(policy: GovernorPolicy, known: Known, atNanos: number): Refusal | undefined {
  const isRefused = (group: string): boolean => known.refused.some((refusal) => refusal.group === group);
  const group = policy.shedOrder.find((name) => !isRefused(name) && (known.rates[name] ?? 0) > 0);
  if (group === undefined) return undefined;
  const cost = percent(known.rates[group] ?? 0);
  const reason = `its probes take ${cost} of a core while they are on, the budget gives ${percent(known.roomRate)}: ${seconds(policy.windowNanos)} in ${seconds(policy.longestPeriodNanos)} would be too much; raise --overhead-percent, or do without the family`;
  return { group, reason, untilNanos: atNanos + policy.refusalNanos };
}

const seconds = (nanos: number): string => `${nanos / 1e9} s`;
const percent = (share: number): string => `${(share * 100).toPrecision(2)} %`;
