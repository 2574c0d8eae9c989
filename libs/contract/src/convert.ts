/**
 * From what libs/rootcause computes to what HTTP says: nanoseconds become milliseconds or text, absent and
 * not-a-number become null (JSON knows neither). Pure; the api's store answers are converted beside its controllers.
 */
import type { TimeWindow } from '@mapscope/events';
import type { Candidate, CodeSite, Estimate, LatencyPoint, RootCause } from '@mapscope/rootcause';
import type { LatencyAnswer } from './charts.ts';
import { formatUnixNanos } from './rfc3339.ts';
import type { CandidateJson, RootCauseAnswer } from './root-cause.ts';
import type { CodeSiteJson, EstimateJson, TimeWindowJson } from './words.ts';

const NANOS_PER_MS = 1e6;

export const toMs = (nanos: number): number => nanos / NANOS_PER_MS;
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
export const toMsOrNull = (nanos: number): number | null => finite(toMs(nanos));

export const toWindow = (window: TimeWindow): TimeWindowJson => ({
  from: formatUnixNanos(window.fromUnixNanos),
  to: formatUnixNanos(window.toUnixNanos),
});

export const toCodeSite = (site: CodeSite): CodeSiteJson => ({
  function: site.function,
  file: site.file,
  line: site.line,
});

/** A value without its interval would look more certain than it is, so all three are there or none. */
function scaled(estimate: Estimate, divisor: number): EstimateJson | null {
  const [value, low, high] = [estimate.value / divisor, estimate.low / divisor, estimate.high / divisor];
  return [value, low, high].every(Number.isFinite) ? { value, low, high } : null;
}

/** A share nothing is known of. */
const UNKNOWN: EstimateJson = { value: 0, low: 0, high: 1 };
const toShare = (estimate: Estimate): EstimateJson => scaled(estimate, 1) ?? UNKNOWN;

export function toCandidate(candidate: Candidate): CandidateJson {
  return {
    waiter: toCodeSite(candidate.waiter),
    alsoWaitedAt: (candidate.alsoWaitedAt ?? []).map(toCodeSite),
    releasedAt: candidate.releasedAt === undefined ? null : toCodeSite(candidate.releasedAt),
    releasedAtShare: candidate.releasedAtShare ?? null,
    lockKind: candidate.lockKind,
    locks: [...candidate.locks],
    explained: toShare(candidate.explained),
    prevalence: toShare(candidate.prevalence),
    pValue: finite(candidate.pValue) ?? 1,
    contentionRatio: finite(candidate.contentionRatio) ?? 0,
    contentionRatioBaseline: finite(candidate.contentionRatioBaseline) ?? 0,
    doseResponse: finite(candidate.doseResponse) ?? 0,
    counterfactualP99Ms: toMsOrNull(candidate.p99WithoutNanos) ?? 0,
    waits: candidate.waits,
    exemplarTraceIds: [...candidate.exemplarTraceIds],
  };
}

/** The blamed candidate's numbers, lifted to where a reader looks first. */
function toBlame(cause: Candidate | undefined) {
  const blamed = cause === undefined ? undefined : toCandidate(cause);
  return {
    waiter: blamed?.waiter ?? null,
    releasedAt: blamed?.releasedAt ?? null,
    explained: blamed?.explained ?? null,
    contentionRatio: blamed?.contentionRatio ?? null,
    contentionRatioBaseline: blamed?.contentionRatioBaseline ?? null,
    exemplarTraceIds: blamed?.exemplarTraceIds ?? [],
  };
}

export function toRootCauseAnswer(answer: RootCause): RootCauseAnswer {
  return {
    verdict: answer.verdict,
    sentence: answer.sentence,
    service: answer.service,
    route: answer.route ?? null,
    platform: answer.platform ?? null,
    window: toWindow(answer.window),
    baseline: toWindow(answer.baseline),
    ...toBlame(answer.cause),
    p99: {
      beforeMs: scaled(answer.baselineP99Nanos, NANOS_PER_MS),
      duringMs: scaled(answer.p99Nanos, NANOS_PER_MS),
      counterfactualMs: answer.cause === undefined ? null : toMsOrNull(answer.cause.p99WithoutNanos),
    },
    windowSource: answer.windowSource,
    contentionThreshold: answer.contentionThreshold,
    requests: answer.requests,
    slowRequests: answer.slowRequests,
    baselineRequests: answer.baselineRequests,
    candidates: answer.candidates.map(toCandidate),
    reasons: [...answer.reasons],
    platforms: answer.platforms.map((split) => ({ ...split, waiting: toShare(split.waiting) })),
    coverage: { ...answer.coverage },
    exactBinding: finite(answer.exactBinding),
    confidence: answer.confidence,
  };
}

export const toLatencySeries = (points: readonly LatencyPoint[]): LatencyAnswer['series'] => ({
  startUnixMs: points.map((point) => Number(point.startUnixNanos / 1_000_000n)),
  requests: points.map((point) => point.requests),
  p50Ms: points.map((point) => toMsOrNull(point.p50Nanos)),
  p99Ms: points.map((point) => toMsOrNull(point.p99Nanos)),
});
