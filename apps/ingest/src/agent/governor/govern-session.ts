/**
 * The governor of one session: looks, asks libs/rollout, detaches and attaches groups, keeps account of the time without
 * them. It thinks nothing itself.
 *
 *   session.usage, /proc/PID/stat ─ sampler.ts ─► sample ─ govern ─► groups that are off ─► session.switchGroup
 *                                                                └─► events, off-times.ts ─► status
 */
import type { ShedState } from '@mapscope/events';
import { GROUPS, type ProbeSession, type SwitchedGroup } from '@mapscope/probe';
import {
  type Budget,
  GOVERNOR_TIMES,
  type Governed,
  type GovernorEvent,
  type GovernorPolicy,
  type GovernorState,
  type Sample,
  beginGoverning,
  govern,
} from '@mapscope/rollout';
import { type OffTimes, createOffTimes } from './off-time.ts';
import { createSampler } from './sampler.ts';

export interface GovernedSession extends Pick<ProbeSession, 'manifest' | 'usage' | 'countRuns' | 'switchGroup'> {}

export interface GovernNeeds {
  readonly session: GovernedSession;
  /** undefined: no limit */
  readonly budget: Budget | undefined;
  readonly monotonicNanos: () => bigint;
  readonly cpuNanos: () => number | undefined;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: GovernorEvent, state: GovernorState) => void;
  readonly onProblem: (error: Error) => void;
  /** for tests and benchmarks: shorter than GOVERNOR_TIMES */
  readonly times?: Partial<typeof GOVERNOR_TIMES>;
}

export interface ShedReport {
  readonly group: SwitchedGroup;
  /** since the session began */
  readonly offNanos: number;
  /** how often it came back */
  readonly windows: number;
  readonly state: ShedState;
  /** ns of the target's CPU per ns while it was on, when last measured */
  readonly costRate: number;
  /** what the budget gave the groups that can be shed then */
  readonly roomRate: number;
}

export interface SessionGovernor {
  /** of the groups that the session has; after `stop` as it was then */
  readonly report: () => readonly ShedReport[];
  readonly isOff: (group: SwitchedGroup) => boolean;
  /** Switches nothing any more. */
  readonly stop: () => Promise<void>;
}

/**
 * First shed first: what is hit most by a program that does little else, and what the others can do without. Requests last:
 * they are what everything else is explained by.
 */
export const SHED_ORDER: readonly SwitchedGroup[] = ['map', 'syncmap', 'goroutine', 'requests'];

export function governSession(needs: GovernNeeds): SessionGovernor {
  const { session, budget } = needs;
  const groups = SHED_ORDER.filter((group) => GROUPS[group].some((name) => session.manifest.families.includes(name)));
  const ending = new AbortController();
  const offTimes = createOffTimes();
  const now = (): number => Number(needs.monotonicNanos());
  let endedAt: number | undefined;
  let state = beginGoverning(now());
  const ask = (policy: GovernorPolicy, sample: Sample): Governed => {
    const governed = govern(policy, state, sample);
    ({ state } = governed);
    for (const event of governed.events) needs.onEvent(event, state);
    return governed;
  };
  const switchTo = createSwitching(session, groups, offTimes, now);
  const policy = budget === undefined ? undefined : policyOf(budget, groups, needs.times);
  const look: Look = async (sample) => {
    if (policy === undefined || sample === undefined) return LOOK_AGAIN_MILLIS;
    const { off, nextNanos } = ask(policy, sample);
    await switchTo(off);
    return (nextNanos - now()) / 1e6;
  };
  const running = policy === undefined || groups.length === 0 ? Promise.resolve() : run(needs, look, ending.signal);
  return {
    report: () => groups.map((group) => reportOf(group, state, offTimes.of(group, endedAt ?? now()))),
    isOff: (group) => offTimes.isOff(group),
    stop: async () => {
      ending.abort();
      await running;
      endedAt ??= now();
    },
  };
}

/** How long until the next one, in ms. */
type Look = (sample: Sample | undefined) => Promise<number>;

async function run(needs: GovernNeeds, look: Look, ended: AbortSignal): Promise<void> {
  using sampler = createSampler(needs);
  for (let millis = LOOK_AGAIN_MILLIS; !ended.aborted;) {
    await needs.pause(Math.max(1, millis), ended);
    if (ended.aborted) return;
    millis = await look(sampler.take()).catch((error: unknown) => {
      needs.onProblem(error instanceof Error ? error : new Error(String(error)));
      return LOOK_AGAIN_MILLIS;
    });
  }
}

/** Off from the moment a group begins to go, on from the moment it is there. What failed is tried again by the next look. */
function createSwitching(
  session: GovernedSession,
  groups: readonly SwitchedGroup[],
  offTimes: OffTimes,
  now: () => number,
): (off: readonly string[]) => Promise<void> {
  return async (off) => {
    for (const group of groups) {
      const isOff = off.includes(group);
      if (isOff === offTimes.isOff(group)) continue;
      if (isOff) offTimes.note(group, true, now());
      await session.switchGroup(group, !isOff);
      if (!isOff) offTimes.note(group, false, now());
    }
  };
}

const LOOK_AGAIN_MILLIS = 250;

const policyOf = (
  budget: Budget,
  shedOrder: readonly string[],
  times: Partial<typeof GOVERNOR_TIMES> = {},
): GovernorPolicy => ({ ...GOVERNOR_TIMES, ...times, budget, shedOrder });

function reportOf(
  group: SwitchedGroup,
  { rates, roomRate, shed, refused }: GovernorState,
  { offNanos, windows }: { readonly offNanos: number; readonly windows: number },
): ShedReport {
  const isRefused = refused.some((refusal) => refusal.group === group);
  const state = isRefused ? 'refused' : shed.includes(group) ? 'cycled' : 'never';
  return { group, offNanos, windows, state, costRate: rates[group] ?? 0, roomRate };
}
