/**
 * What requests spent time on that is no lock. Each is weighed as a lock is; two need care:
 *
 *   channel, cpu   states of goroutines are known only inside of dumps of the flight recorder: weighed over the requests
 *   (measured)     that lie in one. Where no dump shows the baseline, its whole usual duration is taken for usual: the share is
 *                  then a lower bound, and what compares with the baseline is left unsaid.
 *   cpu (rest)     what is left of a request after everything else. Channels, sockets and files are in it too, so
 *                  by itself it proves nothing (rules.ts asks for goroutines that had to wait for a CPU).
 */
import type { Account } from '../accounting/account.ts';
import { dense } from '../accounting/carve.ts';
import type { Cause } from '../accounting/causes.ts';
import type { TimeCause, TimeKind } from '../answer.ts';
import { exemplars, weigh } from './weigh.ts';
import type { Ground, Spent, Unpublished, Weight } from './weigh.ts';

export interface WeighedTime extends TimeCause, Unpublished {
  /** channel, cpu: over requests inside of dumps; rest: what is left; else over all */
  readonly basis: 'all' | 'recorded' | 'rest';
  /** false: prevalence and ratio compare with nothing */
  readonly hasBaseline: boolean;
}

export const spentOn = (account: Account, cause: number): Spent => ({
  wait: dense(account.spike.table, cause, account.spike.cohort.count),
  before: dense(account.baseline.table, cause, account.baseline.cohort.count),
});

/** Scheduler, collector, a host: everywhere in the window. */
export function weighEverywhere(account: Account, ground: Ground, cause: number): WeighedTime {
  return told(account, ground, cause, { weight: weigh(ground, spentOn(account, cause)), basis: 'all' });
}

export interface Basis {
  readonly weight: Weight;
  readonly basis: WeighedTime['basis'];
  readonly hasBaseline?: boolean | undefined;
}

export function told(account: Account, ground: Ground, cause: number, { weight, ...basis }: Basis): WeighedTime {
  const about = account.causes.all[cause];
  return {
    kind: kindOf(about),
    ...(about?.kind === 'downstream' && { host: about.host }),
    ...(about?.kind === 'channel' && { site: about.site }),
    events: basis.basis === 'rest' ? 0 : (account.spike.events[cause] ?? 0),
    exemplarTraceIds: exemplars(ground.spike, ground.slow, weight.waitNanos),
    ...weight,
    basis: basis.basis,
    hasBaseline: basis.hasBaseline ?? true,
  };
}

function kindOf(cause: Cause | undefined): TimeKind {
  const kind = cause?.kind ?? 'running';
  return kind === 'running' || kind === 'lock' ? 'cpu' : kind;
}

/** What is left of each request after all causes; running is no cause but what a goroutine does when it does not wait. */
export function weighRest(account: Account, ground: Ground): WeighedTime {
  const rest = ({ table, cohort }: Account['spike']): Float64Array => {
    const left = cohort.duration.slice();
    const running = account.causes.running;
    for (let e = 0; e < table.request.length; e += 1) {
      if (e >= (table.offsets[running] ?? 0) && e < (table.offsets[running + 1] ?? 0)) continue;
      const r = table.request[e] ?? 0;
      left[r] = Math.max(0, (left[r] ?? 0) - (table.nanos[e] ?? 0));
    }
    return left;
  };
  const weight = weigh(ground, { wait: rest(account.spike), before: rest(account.baseline) });
  return told(account, ground, account.causes.running, { weight, basis: 'rest' });
}
