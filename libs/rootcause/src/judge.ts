/**
 * Root cause as a pure function of evidence: the same evidence and seed give the same answer.
 *
 *   requests ─► cohorts ─► p99, slow set ─► gates ──closed──► too-little-evidence
 *   waits, stretches, stops ─► account (match, clip, carve) ─► weigh ─► rules ─► decide (verdict/decide.ts)
 */
import type { TimeWindow } from '@mapscope/events';
import { account } from './accounting/account.ts';
import type { WindowTimes } from './accounting/account.ts';
import { cohortOf } from './accounting/cohort.ts';
import type { Cohort } from './accounting/cohort.ts';
import { slowSet } from './accounting/slow-set.ts';
import type { AnswerCoverage, RootCause, Sampled, WindowSource } from './answer.ts';
import { NO_FINDINGS, NO_STRETCHES } from './evidence.ts';
import type {
  Coverage,
  Findings,
  RequestColumns,
  SpanAttributes,
  StretchColumns,
  UnboundWaits,
  WaitColumns,
} from './evidence.ts';
import { sentence } from './sentence.ts';
import { bootstrapQuantile } from './statistics/bootstrap.ts';
import type { Rng } from './statistics/rng.ts';
import { decide } from './verdict/decide.ts';
import type { Frame } from './verdict/decide.ts';
import { conflictNotes } from './verdict/side-notes.ts';
import { closedGates } from './verdict/gates.ts';
import type { Unbound } from './verdict/window-correlation.ts';
import { windowCorrelation } from './verdict/window-correlation.ts';
import { DEFAULT_THRESHOLD } from './verdict/rules.ts';
import { starvationOf } from './verdict/starvation.ts';
import { areWaitsBound } from './waits-bound.ts';
import { watchedLines, watchedSeconds } from './watched.ts';
import type { WatchedTime } from './watched.ts';
import { count } from './words.ts';

export interface WindowEvidence {
  readonly window: TimeWindow;
  readonly requests: RequestColumns;
  readonly waits: WaitColumns;
  /** absent: only locks were watched */
  readonly stretches?: StretchColumns | undefined;
  readonly findings?: Findings | undefined;
  /** present where an SDK sends spans */
  readonly attributes?: SpanAttributes | undefined;
  /** present where nothing binds waits to requests */
  readonly unbound?: readonly UnboundWaits[] | undefined;
  /** absent: nobody says when probes were off */
  readonly watched?: readonly WatchedTime[] | undefined;
}

export interface Evidence {
  readonly service: string;
  readonly route?: string | undefined;
  readonly platform?: string | undefined;
  readonly spike: WindowEvidence;
  readonly baseline: WindowEvidence;
  readonly coverage: Coverage;
  /** contention ratio that counts as contended; 0.15 where absent */
  readonly threshold?: number | undefined;
  readonly windowSource: WindowSource;
  readonly rng: Rng;
}

export function judge(evidence: Evidence): RootCause {
  const { rng } = evidence;
  const spike = cohortOf(evidence.spike.requests);
  const baseline = cohortOf(evidence.baseline.requests);
  const p99Nanos = bootstrapQuantile(spike.sortedDuration, 0.99, rng);
  const baselineP99Nanos = bootstrapQuantile(baseline.sortedDuration, 0.99, rng);
  const slow = slowSet(spike, baseline, baselineP99Nanos.value, rng);
  const seen = {
    coverage: coverageOf(evidence),
    requests: spike.count,
    slowRequests: slow.at.length,
    baselineRequests: baseline.count,
    p99Nanos,
    baselineP99Nanos,
  };
  const frame: Frame = { ...framed(evidence), ...seen, exactBinding: exactShare(evidence.spike.waits) };
  const gates = closedGates(seen);
  const notes = [...windowNotes(evidence), ...cutNotes(evidence), ...watchedNotes(evidence)];
  const conflicts = conflictNotes(evidence.spike.findings ?? NO_FINDINGS);
  if (gates.length > 0) return undecided(frame, gates, [...conflicts, ...notes]);
  const accounted = account(timesOf(spike, evidence.spike), timesOf(baseline, evidence.baseline), slow.is);
  return decide(frame, accounted, slow, {
    rng,
    notes,
    spike: evidence.spike.findings ?? NO_FINDINGS,
    baseline: evidence.baseline.findings ?? NO_FINDINGS,
    starvation: starvationOf(evidence.spike.waits, evidence.baseline.waits),
    areBound: areWaitsBound(evidence.spike.requests, evidence.spike.findings ?? NO_FINDINGS),
    correlation: windowCorrelation(unboundOf(evidence.spike), unboundOf(evidence.baseline), slow),
  });
}

const timesOf = (
  cohort: Cohort,
  { requests, waits, stretches, findings, attributes }: WindowEvidence,
): WindowTimes => ({
  cohort,
  waits,
  stretches: stretches ?? NO_STRETCHES,
  stops: (findings ?? NO_FINDINGS).stops,
  processes: requests.processes,
  goids: requests.goids,
  attributes,
});

const unboundOf = ({ window, unbound, watched }: WindowEvidence): Unbound => ({
  window,
  waits: unbound ?? [],
  watched,
});

const framed = (
  evidence: Evidence,
): Pick<Frame, 'service' | 'route' | 'platform' | 'window' | 'baseline' | 'windowSource' | 'contentionThreshold'> => ({
  service: evidence.service,
  route: evidence.route,
  platform: evidence.platform,
  window: evidence.spike.window,
  baseline: evidence.baseline.window,
  windowSource: evidence.windowSource,
  contentionThreshold: evidence.threshold ?? DEFAULT_THRESHOLD,
});

function undecided(frame: Frame, gates: readonly string[], notes: readonly string[]): RootCause {
  const answer = {
    ...frame,
    verdict: 'too-little-evidence' as const,
    candidates: [],
    timeCauses: [],
    attributes: [],
    nextProbes: [],
    reasons: [...gates, ...notes],
    platforms: [],
    confidence: 'low' as const,
  };
  return { ...answer, sentence: sentence(answer, { gates, acquitted: [], contributors: [] }) };
}

const coverageOf = ({ coverage, spike, baseline }: Evidence): AnswerCoverage => ({
  ...coverage,
  watched: spike.watched,
  baselineWatched: baseline.watched,
  bindings: spike.findings?.bindings,
  requests: sampledOf(spike),
  baselineRequests: sampledOf(baseline),
});

/** Where an SDK told of requests too, they come of all of the time, whatever the probes were. */
function sampledOf({ window, requests: { count, total, processes }, watched }: WindowEvidence): Sampled {
  const areOfProbe = processes === undefined || !processes.includes(0);
  const seconds = watchedSeconds(window, areOfProbe ? watched : undefined, 'http_requests');
  return { kept: count, total, perSecond: total / seconds };
}

/** No waits at all: nothing was bound worse than exactly. */
function exactShare(waits: WaitColumns): number {
  let exact = 0;
  for (let w = 0; w < waits.count; w += 1) if (waits.bindings[w] === 'exact') exact += 1;
  return waits.count > 0 ? exact / waits.count : 1;
}

function cutNotes(evidence: Evidence): readonly string[] {
  return [evidence.spike, evidence.baseline].flatMap(({ requests }, i) =>
    requests.total > requests.count
      ? [
          `the ${i === 0 ? 'window' : 'baseline'} was cut by trace-id hash: ${count(requests.count)} of ${count(requests.total)} requests`,
        ]
      : [],
  );
}

const watchedNotes = ({ spike, baseline }: Evidence): readonly string[] => [
  ...watchedLines('window', spike.watched),
  ...watchedLines('baseline', baseline.watched),
];

const windowNotes = ({ windowSource }: Evidence): readonly string[] =>
  windowSource === 'halves'
    ? ['no spike was found in the range asked for: its later half was compared with its earlier half']
    : [];
