/**
 * When is there too little to judge? Each gate names its number; any that closes gives `too-little-evidence`.
 *
 *   coverage   more than 5 % of ring events lost, or less than 80 % of them in the store yet
 *   baseline   fewer than 100 requests: its p99 is then its maximum
 *   slow       fewer than 30 requests above the baseline's p99
 *   rise       p99 not above the baseline's outside both bootstrap intervals, or by less than 10 %
 */
import type { Estimate } from '../answer.ts';
import type { Coverage } from '../evidence.ts';
import { milliseconds, percent } from '../words.ts';

export const GATES = { lost: 0.05, kept: 0.8, baselineRequests: 100, slowRequests: 30, rise: 1.1 } as const;

export interface Seen {
  readonly coverage: Coverage;
  readonly requests: number;
  readonly slowRequests: number;
  readonly baselineRequests: number;
  readonly p99Nanos: Estimate;
  readonly baselineP99Nanos: Estimate;
}

/** Share of what happened that is in the store, 0…1; undefined before any agent reported. */
export function keptShare(coverage: Coverage): number | undefined {
  const happened = coverage.ringSubmitted + coverage.ringLost;
  return happened > 0 ? Math.min(1, coverage.inserted / happened) : undefined;
}

export function lostShare(coverage: Coverage): number {
  const happened = coverage.ringSubmitted + coverage.ringLost;
  return happened > 0 ? coverage.ringLost / happened : 0;
}

/** Why it cannot be judged; empty when it can. */
export function closedGates(seen: Seen): readonly string[] {
  return [...coverageGates(seen.coverage), ...countGates(seen), ...riseGate(seen)];
}

function coverageGates(coverage: Coverage): readonly string[] {
  const lost = lostShare(coverage);
  if (lost > GATES.lost)
    return [
      `${percent(lost)} of the probe's events were lost (at most ${percent(GATES.lost)} is judged); give the agent a larger ring or fewer probes`,
    ];
  const kept = keptShare(coverage) ?? 1;
  if (kept < GATES.kept)
    return [
      `only ${percent(kept)} of the events have reached the store (${percent(GATES.kept)} needed); ask again in some seconds, or look at the writer's lag`,
    ];
  return [];
}

function countGates(seen: Seen): readonly string[] {
  if (seen.baselineRequests < GATES.baselineRequests)
    return [
      `the baseline has ${seen.baselineRequests} requests (${GATES.baselineRequests} needed); choose a longer one`,
    ];
  if (seen.requests === 0) return ['the window has no requests'];
  if (risen(seen) && seen.slowRequests < GATES.slowRequests)
    return [`${seen.slowRequests} slow requests (${GATES.slowRequests} needed); choose a longer window`];
  return [];
}

function riseGate(seen: Seen): readonly string[] {
  if (risen(seen) || seen.requests === 0 || seen.baselineRequests === 0) return [];
  const [now, before] = [seen.p99Nanos, seen.baselineP99Nanos];
  return [
    `p99 did not rise beyond its noise: ${milliseconds(now.value)} [${milliseconds(now.low)}, ${milliseconds(now.high)}] against ${milliseconds(before.value)} [${milliseconds(before.low)}, ${milliseconds(before.high)}]`,
  ];
}

const risen = (seen: Seen): boolean =>
  seen.p99Nanos.low > seen.baselineP99Nanos.high && seen.p99Nanos.value >= seen.baselineP99Nanos.value * GATES.rise;
