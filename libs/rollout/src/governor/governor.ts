/**
 * The governor of one target: from what its groups of probes cost, sample by sample, to which of them are attached. Pure:
 * the agent measures, asks `govern` and carries out the answer; time comes in with the samples.
 *
 * Accounts are kept as a debt. What the groups cost is added, the room that the budget gives is taken off, and it never falls
 * below zero: an hour of idling buys nothing.
 *
 *               debt > what two seconds give                  debt = 0
 *     full ─────────────────────────────────► off ──────────────────────────────► on ──┐
 *      ▲        shedding begins                ▲                                   │   │ the shortest window at least,
 *      │                                       └── window is over, and debt > 0 ◄──┤   │ and as long as nothing is owed
 *      └──────── shedding ends: on for ten seconds, and nothing owed ◄─────────────┘◄──┘
 *
 * So the duty cycle is nothing that is computed beforehand: a window of 1 s that cost 0.36 s of CPU where 0.03 s a second are
 * allowed is followed by 11 s without. An estimate that was wrong, a burst, what attaching costs: all of it is paid back.
 * While a group is off nothing is known of what it would cost, so it is tried: by the next window.
 */
import { allowanceNanos, roomNanos } from './budget.ts';
import type { Budget } from './budget.ts';
import { chooseShed } from './choose-shed.ts';
import type { Refusal } from './choose-shed.ts';

export interface GovernorPolicy {
  readonly budget: Budget;
  /** in the order in which they are shed; others that cost something (slow paths) are never shed */
  readonly shedOrder: readonly string[];
  /** shortest time that shed groups are on: a request that takes longer is never seen whole */
  readonly windowNanos: number;
  /** longest time from one window to the next; where the budget asks for more, a group is refused */
  readonly longestPeriodNanos: number;
  /** so long it must have been on within its budget before it counts as never shed */
  readonly calmNanos: number;
  /** a debt of what the budget gives in such a time is nothing to act on */
  readonly toleranceNanos: number;
  /** a refused group is tried again after it */
  readonly refusalNanos: number;
}

/**
 * A window of a second: the slow requests of a fast service wait for some tenths of one. A period of a minute at most: an incident
 * may fit between two windows. What two seconds give is a burst of 3 000 requests on an idle service: none of our business.
 */
export const GOVERNOR_TIMES = {
  windowNanos: 1e9,
  longestPeriodNanos: 60e9,
  calmNanos: 10e9,
  toleranceNanos: 2e9,
  refusalNanos: 600e9,
} satisfies Partial<GovernorPolicy>;

/** What happened since the sample before. */
export interface Sample {
  /** monotonic */
  readonly atNanos: number;
  readonly elapsedNanos: number;
  readonly cpuNanos: number;
  /** by group, those included that are never shed */
  readonly costNanos: Readonly<Record<string, number>>;
}

export interface GovernorState {
  readonly phase: 'full' | 'off' | 'on';
  /** of the phase */
  readonly sinceNanos: number;
  readonly debtNanos: number;
  /** cycled together, so that what is seen of one can be joined with what is seen of another */
  readonly shed: readonly string[];
  readonly refused: readonly Refusal[];
  /** what a group costs while it is on, ns per ns; of the last time it was */
  readonly rates: Readonly<Record<string, number>>;
  /** what the budget gives the groups that can be shed, ns per ns */
  readonly roomRate: number;
}

export type GovernorEvent =
  | { readonly event: 'shedding-began' | 'shedding-ended'; readonly groups: readonly string[] }
  | { readonly event: 'refused'; readonly group: string; readonly reason: string };

export interface Governed {
  readonly state: GovernorState;
  /** The groups that are not to be attached now; all others are. */
  readonly off: readonly string[];
  readonly events: readonly GovernorEvent[];
  /** when to ask again at the latest */
  readonly nextNanos: number;
}

/** Half of the newest sample: a burst counts, a single one does not decide. */
const NEWEST = 0.5;
/** A burst is noticed within it. */
const LOOK_NANOS = 250e6;
const SHORTEST_LOOK_NANOS = 20e6;

export function beginGoverning(atNanos: number): GovernorState {
  return { phase: 'full', sinceNanos: atNanos, debtNanos: 0, shed: [], refused: [], rates: {}, roomRate: 0 };
}

export function govern(policy: GovernorPolicy, before: GovernorState, sample: Sample): Governed {
  const accounted = account(policy, before, sample);
  const { state, events } = nextPhase(policy, accounted, sample.atNanos);
  return { state, off: offNow(state), events, nextNanos: nextLook(policy, state, sample.atNanos) };
}

function account(policy: GovernorPolicy, before: GovernorState, sample: Sample): GovernorState {
  const isShed = (group: string): boolean => policy.shedOrder.includes(group);
  const costs = Object.entries(sample.costNanos);
  const allowance = allowanceNanos(policy.budget, { ...sample, probesNanos: sum(costs) });
  const room = roomNanos(allowance, sum(costs.filter(([group]) => !isShed(group))));
  // No probe costs more than the target took: prices are those of a slow trap.
  const spent = Math.min(sum(costs.filter(([group]) => isShed(group))), Math.max(sample.cpuNanos, allowance));
  const rates = ratesOf(before, sample, room);
  const owed = Math.max(0, before.debtNanos + spent - room);
  // What would take longer to pay back is a reason to refuse the group; by a second window it would be owed again.
  const most = before.phase === 'off' ? before.debtNanos + spent : rates.roomRate * policy.longestPeriodNanos;
  return { ...before, debtNanos: Math.min(owed, most), ...rates };
}

const sum = (costs: readonly (readonly [string, number])[]): number =>
  costs.reduce((total, [, nanos]) => total + nanos, 0);

const mixed = (old: number | undefined, newest: number): number =>
  old === undefined ? newest : old * (1 - NEWEST) + newest * NEWEST;

function ratesOf(
  before: GovernorState,
  { elapsedNanos, costNanos }: Sample,
  room: number,
): Pick<GovernorState, 'rates' | 'roomRate'> {
  const off = offNow(before);
  const seen = Object.entries(costNanos).filter(([group]) => !off.includes(group));
  const rates = seen.map(([group, nanos]) => [group, mixed(before.rates[group], nanos / elapsedNanos)] as const);
  const roomRate = mixed(before.roomRate > 0 ? before.roomRate : undefined, room / elapsedNanos);
  return { rates: { ...before.rates, ...Object.fromEntries(rates) }, roomRate };
}

interface Stepped {
  readonly state: GovernorState;
  readonly events: readonly GovernorEvent[];
}

function nextPhase(policy: GovernorPolicy, state: GovernorState, atNanos: number): Stepped {
  const lasted = atNanos - state.sinceNanos;
  switch (state.phase) {
    case 'full':
      if (state.debtNanos <= state.roomRate * policy.toleranceNanos) return { state, events: [] };
      return shedMore(policy, state, atNanos);
    case 'off':
      if (state.debtNanos > 0) return { state, events: [] };
      return { state: { ...tryAgain(state, atNanos), phase: 'on', sinceNanos: atNanos }, events: [] };
    case 'on':
      if (state.debtNanos > 0 && lasted >= policy.windowNanos) return shedMore(policy, state, atNanos);
      if (state.debtNanos > 0 || lasted < policy.calmNanos || state.refused.length > 0) {
        return { state: tryAgain(state, atNanos), events: [] };
      }
      return {
        state: { ...state, phase: 'full', sinceNanos: atNanos, shed: [] },
        events: [{ event: 'shedding-ended', groups: state.shed }],
      };
  }
}

function shedMore(policy: GovernorPolicy, state: GovernorState, atNanos: number): Stepped {
  const { shed, refusal } = chooseShed(policy, state, atNanos);
  const refused = refusal === undefined ? state.refused : [...state.refused, refusal];
  const begins = shed.filter((group) => !state.shed.includes(group));
  const events: readonly GovernorEvent[] = [
    ...(begins.length > 0 ? [{ event: 'shedding-began', groups: begins } as const] : []),
    ...(refusal === undefined ? [] : [{ event: 'refused', group: refusal.group, reason: refusal.reason } as const]),
  ];
  return { state: { ...state, phase: 'off', sinceNanos: atNanos, shed, refused }, events };
}

const tryAgain = (state: GovernorState, atNanos: number): GovernorState => ({
  ...state,
  refused: state.refused.filter(({ untilNanos }) => untilNanos > atNanos),
});

function offNow({ phase, shed, refused }: GovernorState): readonly string[] {
  return phase === 'off' ? shed : refused.map(({ group }) => group).filter((group) => shed.includes(group));
}

function nextLook(policy: GovernorPolicy, state: GovernorState, atNanos: number): number {
  const { phase, sinceNanos, debtNanos, roomRate } = state;
  const windowEnd = sinceNanos + policy.windowNanos;
  const wanted =
    phase === 'off'
      ? atNanos + debtNanos / Math.max(roomRate, Number.MIN_VALUE)
      : phase === 'on' && windowEnd > atNanos
        ? windowEnd
        : Number.POSITIVE_INFINITY;
  return Math.min(Math.max(wanted, atNanos + SHORTEST_LOOK_NANOS), atNanos + LOOK_NANOS);
}
