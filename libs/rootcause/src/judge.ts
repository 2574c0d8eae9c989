/**
 * Root cause as a pure function of evidence: the same evidence and seed give the same answer.
 *
 *   requests ─► cohorts ─► p99, slow set ─► gates ──closed──► too-little-evidence
 *   waits ────► account (match, clip, unite) ─► weigh ─► rules ─► contention | unexplained
 */
import type { TimeWindow } from '@mapscope/events';
import { account } from './accounting/account.ts';
import type { Account } from './accounting/account.ts';
import { cohortOf } from './accounting/cohort.ts';
import type { SlowSet } from './accounting/share.ts';
import { slowSet } from './accounting/slow-set.ts';
import type { Candidate, RootCause, WindowSource } from './answer.ts';
import type { Coverage, RequestColumns, WaitColumns } from './evidence.ts';
import { sentence } from './sentence.ts';
import type { Told, Unspoken } from './sentence.ts';
import { bootstrapQuantile } from './statistics/bootstrap.ts';
import type { Rng } from './statistics/rng.ts';
import { anyLockOf } from './verdict/any-lock.ts';
import { weighAll } from './verdict/candidates.ts';
import { confidenceInBlame, confidenceInNoLock } from './verdict/confidence.ts';
import { closedGates } from './verdict/gates.ts';
import { platformShares } from './verdict/platforms.ts';
import { factLines, ruledOutLines, whyNot } from './verdict/reasons.ts';
import type { Judged } from './verdict/reasons.ts';
import { DEFAULT_THRESHOLD, factsOf, isGuilty, RULES, supportOf } from './verdict/rules.ts';
import { sideNotes } from './verdict/side-notes.ts';
import type { WeighedCandidate } from './verdict/weigh.ts';
import { count, place } from './words.ts';

export interface WindowEvidence {
  readonly window: TimeWindow;
  readonly requests: RequestColumns;
  readonly waits: WaitColumns;
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
  const spike = cohortOf(evidence.spike.requests);
  const baseline = cohortOf(evidence.baseline.requests);
  const p99Nanos = bootstrapQuantile(spike.sortedDuration, 0.99, evidence.rng);
  const baselineP99Nanos = bootstrapQuantile(baseline.sortedDuration, 0.99, evidence.rng);
  const slow = slowSet(spike, baseline, baselineP99Nanos.value);
  const seen = {
    coverage: evidence.coverage,
    requests: spike.count,
    slowRequests: slow.at.length,
    baselineRequests: baseline.count,
    p99Nanos,
    baselineP99Nanos,
  };
  const frame = { ...framed(evidence), ...seen };
  const gates = closedGates(seen);
  const notes = [...windowNotes(evidence), ...cutNotes(evidence)];
  if (gates.length > 0) return undecided({ ...frame, exactBinding: exactShare(evidence.spike.waits) }, gates, notes);
  const accounted = account(
    { cohort: spike, waits: evidence.spike.waits },
    { cohort: baseline, waits: evidence.baseline.waits },
    slow.is,
  );
  return decided(frame, accounted, slow, { rng: evidence.rng, notes });
}

type Frame = Omit<
  RootCause,
  'verdict' | 'cause' | 'candidates' | 'reasons' | 'platforms' | 'exactBinding' | 'confidence' | 'sentence'
>;

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

function undecided(
  frame: Frame & Pick<RootCause, 'exactBinding'>,
  gates: readonly string[],
  notes: readonly string[],
): RootCause {
  return spoken(
    {
      ...frame,
      verdict: 'too-little-evidence',
      candidates: [],
      reasons: [...gates, ...notes],
      platforms: [],
      confidence: 'low',
    },
    { gates, acquitted: [] },
  );
}

interface Means {
  readonly rng: Rng;
  readonly notes: readonly string[];
}

function decided(frame: Frame, accounted: Account, slow: SlowSet, means: Means): RootCause {
  const rise = { p99Nanos: frame.p99Nanos.value, baselineP99Nanos: frame.baselineP99Nanos.value };
  const weighed = weighAll(accounted, slow, means.rng);
  const judged = weighed.candidates.map((candidate): Judged => {
    const facts = factsOf(candidate, rise, frame.contentionThreshold);
    return { candidate, facts, guilty: isGuilty(candidate, facts) };
  });
  const blamed = judged.find((one) => one.guilty);
  const anyLock = anyLockOf(accounted, slow, means.rng);
  const others = judged.filter((one) => one.guilty && one !== blamed);
  const reasons = [
    ...(blamed === undefined ? [] : factLines(blamed, rise, frame.contentionThreshold)),
    ...others.map((one) => `also guilty: ${place(one.candidate.waiter)}`),
    ...ruledOutLines(judged, weighed.notWeighed),
    ...sideNotes(accounted, slow),
    ...means.notes,
  ];
  const answer: Unspoken = {
    ...frame,
    verdict: blamed === undefined ? 'unexplained' : 'contention',
    ...(blamed !== undefined && { cause: published(blamed.candidate) }),
    candidates: weighed.candidates.map(published),
    reasons,
    platforms: platformShares(accounted.spike.cohort, slow, blamed?.candidate.waited ?? anyLock.waited),
    exactBinding: exactShare(accounted.spike.waits),
    confidence:
      blamed === undefined
        ? confidenceInNoLock(anyLock.share, frame.slowRequests, frame.coverage)
        : confidenceInBlame(blamed.candidate.explained, supportOf(blamed.facts), frame.slowRequests, frame.coverage),
  };
  // Waits that were there before are part of the sum of all locks too: then the sum says nothing.
  const nothingNew = judged.some(
    (one) => one.candidate.explained.value >= RULES.explained && one.candidate.risen < RULES.risen,
  );
  return spoken(answer, {
    allLocks: nothingNew ? undefined : anyLock.share,
    gates: [],
    acquitted: judged.slice(0, 3).map(acquittal),
  });
}

const acquittal = (one: Judged): string => `${place(one.candidate.waiter)}: ${whyNot(one)}`;

const spoken = (answer: Unspoken, told: Told): RootCause => ({ ...answer, sentence: sentence(answer, told) });

function published(weighed: WeighedCandidate): Candidate {
  const { risen: _risen, baselineP99WithoutNanos: _before, waited: _waited, waitNanos: _nanos, ...candidate } = weighed;
  return candidate;
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

const windowNotes = ({ windowSource }: Evidence): readonly string[] =>
  windowSource === 'halves'
    ? ['no spike was found in the range asked for: its later half was compared with its earlier half']
    : [];
