/**
 * What an agent is to do with the processes of its host, by its policies. Pure, and the same however often it is asked: an
 * answer that was carried out is followed by an empty one.
 *
 *   policies, processes, now ─► wanted ─► room within the host's budget ─► compared with what runs ─► attach, change, detach
 *
 * The host's budget is kept by admission: each process may cost its policy's share of a core (the governor sees to that),
 * and no more are admitted than fit. Who comes first is the place that a process has in every percentage, so that the
 * canaries stay the canaries.
 */
import { type ProcessFacts, shareOf } from '../selector.ts';
import { isSame, wantedOf, type WantedProbes } from './combine.ts';
import type { Policy } from './policy.ts';

export type TargetAction =
  | { readonly action: 'attach'; readonly identity: string; readonly probes: WantedProbes }
  /** other families or labelling than those that run */
  | { readonly action: 'change'; readonly identity: string; readonly probes: WantedProbes }
  | { readonly action: 'detach'; readonly identity: string; readonly reason: DetachReason };

export type DetachReason = 'kill-switch' | 'not-wanted' | 'host-budget' | 'gone';

export interface HostSituation {
  readonly policies: readonly Policy[];
  readonly processes: readonly ProcessFacts[];
  /** by identity */
  readonly running: ReadonlyMap<string, WantedProbes>;
  readonly nowUnixMillis: number;
  /** of one core, for all processes of the host together */
  readonly hostBudgetShare: number;
  /** nothing is probed, whatever anybody wants */
  readonly killed: boolean;
}

export interface HostPlan {
  readonly actions: readonly TargetAction[];
  /** wanted, and no room within the host's budget */
  readonly deferred: readonly string[];
}

export function planTargets(host: HostSituation): HostPlan {
  const { admitted, deferred } = admit(host);
  const detached = [...host.running.keys()].flatMap((identity): readonly TargetAction[] => {
    const reason = whyDetached(host, identity, admitted, deferred);
    return reason === undefined ? [] : [{ action: 'detach', identity, reason }];
  });
  const wanted = [...admitted].flatMap(([identity, probes]): readonly TargetAction[] => {
    const running = host.running.get(identity);
    if (running === undefined) return [{ action: 'attach', identity, probes }];
    return isSame(running, probes) ? [] : [{ action: 'change', identity, probes }];
  });
  // What ends makes room for what begins.
  return { actions: [...detached, ...wanted], deferred: [...deferred] };
}

interface Admission {
  readonly admitted: ReadonlyMap<string, WantedProbes>;
  readonly deferred: ReadonlySet<string>;
}

/** Sums of shares such as 0.01 are not exact. */
const ROUNDING = 1e-9;

function admit({ policies, processes, nowUnixMillis, hostBudgetShare, killed }: HostSituation): Admission {
  const admitted = new Map<string, WantedProbes>();
  const deferred = new Set<string>();
  if (killed) return { admitted, deferred };
  let spent = 0;
  for (const process of byPlace(processes)) {
    const probes = admitted.has(process.identity) ? undefined : wantedOf(policies, process, nowUnixMillis);
    if (probes === undefined) continue;
    if (spent + probes.budgetShare > hostBudgetShare + ROUNDING) deferred.add(process.identity);
    else {
      admitted.set(process.identity, probes);
      spent += probes.budgetShare;
    }
  }
  return { admitted, deferred };
}

function byPlace(processes: readonly ProcessFacts[]): readonly ProcessFacts[] {
  const placed = processes.map((process) => ({ process, place: shareOf(process.identity) }));
  const sorted = placed.sort((a, b) => a.place - b.place || (a.process.identity < b.process.identity ? -1 : 1));
  return sorted.map(({ process }) => process);
}

function whyDetached(
  { processes, killed }: HostSituation,
  identity: string,
  admitted: ReadonlyMap<string, WantedProbes>,
  deferred: ReadonlySet<string>,
): DetachReason | undefined {
  if (admitted.has(identity)) return undefined;
  if (killed) return 'kill-switch';
  if (deferred.has(identity)) return 'host-budget';
  return processes.some((process) => process.identity === identity) ? 'not-wanted' : 'gone';
}
