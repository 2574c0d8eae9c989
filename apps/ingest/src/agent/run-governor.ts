/** The governor of a run: governor/ put together with what is real, and what is told of it. */
import type { BatchKind, Clock } from '@mapscope/events';
import { FAMILIES, GROUPS, type ProbeSession, type SwitchedGroup } from '@mapscope/probe';
import { type Budget, budgetOf, type GovernorEvent, type GovernorState } from '@mapscope/rollout';
import { pause } from '@mapscope/stream';
import { throttledProblems } from '../process/problems.ts';
import type { Facts, Reporter } from '../process/reporter.ts';
import type { Target } from './find-target.ts';
import { type SessionGovernor, type ShedReport, governSession } from './governor/govern-session.ts';
import { overheadShare } from './governor/overhead.ts';
import type { AgentConfig } from './options.ts';
import { cpuNanos } from './process-table.ts';
import type { Shed } from './status-columns.ts';

export interface GovernedRun {
  readonly config: Pick<AgentConfig, 'overheadPercent'>;
  readonly budgetCores?: number | undefined;
  readonly target: Target;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

export function openGovernor(run: GovernedRun, session: ProbeSession): SessionGovernor {
  const { target, clock, reporter } = run;
  const { pid, service } = target;
  const told = { current: (): readonly ShedReport[] => [] };
  const governor = governSession({
    session,
    budget: budgetFor(run),
    monotonicNanos: clock.monotonicNanos,
    cpuNanos: () => cpuNanos(pid),
    pause,
    onEvent: (event, state) => tell(reporter, { service, pid }, { event, state, reports: told.current() }),
    onProblem: throttledProblems(reporter, 'overhead budget'),
  });
  told.current = governor.report;
  return governor;
}

/** A policy's is in cores, so that budgets of processes add up to one of the host. */
function budgetFor({ config, budgetCores }: GovernedRun): Budget | undefined {
  if (budgetCores !== undefined) return { share: 0, floorCores: budgetCores };
  const share = overheadShare(config.overheadPercent);
  return share === undefined ? undefined : budgetOf(share);
}

/** The kinds of a session's families that may be shed, and what became of them. */
export function shedByKind(governor: SessionGovernor): ReadonlyMap<BatchKind, Shed> {
  return new Map(
    governor.report().flatMap(({ group, offNanos, state }) => {
      const shed = { offNanos: BigInt(Math.round(offNanos)), state };
      return GROUPS[group].flatMap((family) => {
        const { kind } = FAMILIES[family];
        return kind === undefined ? [] : [[kind, shed] as const];
      });
    }),
  );
}

/** For the last line: only what was ever shed. */
export function shedFacts(governor: SessionGovernor): Facts {
  const ever = governor.report().filter(({ offNanos }) => offNanos > 0);
  return Object.fromEntries(
    ever.map(({ group, offNanos, windows, state }) => [group, { offMs: Math.round(offNanos / 1e6), windows, state }]),
  );
}

interface Told {
  readonly event: GovernorEvent;
  readonly state: GovernorState;
  readonly reports: readonly ShedReport[];
}

function tell(reporter: Reporter, target: { readonly service: string; readonly pid: number }, told: Told): void {
  const { event, state, reports } = told;
  const groups = event.event === 'refused' ? [event.group] : event.groups;
  // What the governor calls a group is one of those it was given.
  const families = groups.flatMap((group) => GROUPS[group as SwitchedGroup]);
  const costPercent = percent(groups.reduce((sum, group) => sum + (state.rates[group] ?? 0), 0));
  const budgetPercent = percent(state.roomRate);
  const offMs = Math.round(Math.max(0, ...reports.map(({ offNanos }) => offNanos)) / 1e6);
  reporter.event(event.event, { ...target, families, costPercent, budgetPercent, offMs });
  const names = families.join(', ');
  reporter.log(event.event === 'shedding-ended' ? 'info' : 'warn', sentence(event, names), {
    ...target,
    costPercent,
    budgetPercent,
  });
}

function sentence(event: GovernorEvent, families: string): string {
  switch (event.event) {
    case 'shedding-began':
      return `the probes of ${families} cost more of a core than --overhead-percent allows: they are attached for windows of time, and the status tells how long they were not`;
    case 'shedding-ended':
      return `the probes of ${families} are within their budget again: attached all the time`;
    case 'refused':
      return `the probes of ${families} stay detached: ${event.reason}`;
  }
}

const percent = (share: number): number => Math.round(share * 1000) / 10;
