/**
 * From what libs/rootcause computes to what HTTP says: nanoseconds become milliseconds or text, absent and
 * not-a-number become null (JSON knows neither). Pure; the api's store answers are converted beside its controllers.
 */
import type { TimeWindow } from '@mapscope/events';
import type {
  AnswerCoverage,
  BlockingChain,
  Candidate,
  CodeSite,
  Estimate,
  LatencyPoint,
  RootCause,
  Sampled,
  TimeCause,
  Weighing,
} from '@mapscope/rootcause';
import type { LatencyAnswer } from './charts.ts';
import { formatUnixNanos } from './rfc3339.ts';
import type { CandidateJson, RootCauseAnswer, TimeCauseJson } from './root-cause.ts';
import type { CodeSiteJson, CoverageJson, EstimateJson, TimeWindowJson } from './words.ts';

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

const toWeighing = (weighed: Weighing) => ({
  explained: toShare(weighed.explained),
  prevalence: toShare(weighed.prevalence),
  pValue: finite(weighed.pValue) ?? 1,
  contentionRatio: finite(weighed.contentionRatio) ?? 0,
  contentionRatioBaseline: finite(weighed.contentionRatioBaseline) ?? 0,
  doseResponse: finite(weighed.doseResponse) ?? 0,
  counterfactualP99Ms: toMsOrNull(weighed.p99WithoutNanos) ?? 0,
  exemplarTraceIds: [...weighed.exemplarTraceIds],
});

export function toCandidate(candidate: Candidate): CandidateJson {
  const { writerPending, slowReader, spread, guards, heldBy, chain } = candidate;
  return {
    waiter: toCodeSite(candidate.waiter),
    alsoWaitedAt: (candidate.alsoWaitedAt ?? []).map(toCodeSite),
    releasedAt: candidate.releasedAt === undefined ? null : toCodeSite(candidate.releasedAt),
    releasedAtShare: candidate.releasedAtShare ?? null,
    lockKind: candidate.lockKind,
    locks: [...candidate.locks],
    ...toWeighing(candidate),
    waits: candidate.waits,
    ...(writerPending !== undefined && { writerPending }),
    ...(slowReader !== undefined && { slowReader: toCodeSite(slowReader) }),
    ...(spread !== undefined && {
      hottestLock: { address: spread.hottest, share: toShare(spread.hottestShare), locks: spread.locks },
    }),
    ...(guards !== undefined && { guards: { ...guards, site: toCodeSite(guards.site) } }),
    ...(heldBy !== undefined && heldBy.traceId !== '' && { heldBy: { ...heldBy } }),
    ...(chain !== undefined && { chain: toChain(chain) }),
  };
}

const toChain = ({ links, isCycle }: BlockingChain): NonNullable<CandidateJson['chain']> => ({
  links: links.map(({ waiter, lock, releasedAt, share }) => ({
    waiter: toCodeSite(waiter),
    lock,
    releasedAt: releasedAt === undefined ? null : toCodeSite(releasedAt),
    share,
  })),
  isCycle,
});

export const toTimeCause = (cause: TimeCause): TimeCauseJson => ({
  kind: cause.kind,
  host: cause.host ?? null,
  site: cause.site === undefined ? null : toCodeSite(cause.site),
  events: cause.events,
  ...toWeighing(cause),
});

/** The blamed one's numbers, lifted to where a reader looks first. */
function toBlame({ cause, timeCause, conflict }: RootCause) {
  const lock = cause === undefined ? undefined : toCandidate(cause);
  const time = timeCause === undefined ? undefined : toTimeCause(timeCause);
  const blamed = lock ?? time;
  return {
    waiter: lock?.waiter ?? null,
    releasedAt: lock?.releasedAt ?? null,
    timeCause: time ?? null,
    conflict: conflict === undefined ? null : { ...conflict, other: conflict.other ?? null },
    explained: blamed?.explained ?? null,
    contentionRatio: blamed?.contentionRatio ?? null,
    contentionRatioBaseline: blamed?.contentionRatioBaseline ?? null,
    exemplarTraceIds: blamed?.exemplarTraceIds ?? [],
  };
}

function toP99({ baselineP99Nanos, p99Nanos, cause, timeCause }: RootCause): RootCauseAnswer['p99'] {
  const blamed = cause ?? timeCause;
  return {
    beforeMs: scaled(baselineP99Nanos, NANOS_PER_MS),
    duringMs: scaled(p99Nanos, NANOS_PER_MS),
    counterfactualMs: blamed === undefined ? null : toMsOrNull(blamed.p99WithoutNanos),
  };
}

const toSampled = (one: Sampled) => ({ ...one, perSecond: finite(one.perSecond) });

/** Zod's optional fields are absent, ours may be undefined. */
export function toCoverage({ watched, baselineWatched, bindings, ...rest }: AnswerCoverage): CoverageJson {
  return {
    ...rest,
    requests: toSampled(rest.requests),
    baselineRequests: toSampled(rest.baselineRequests),
    ...(watched === undefined ? {} : { watched: [...watched] }),
    ...(baselineWatched === undefined ? {} : { baselineWatched: [...baselineWatched] }),
    ...(bindings === undefined ? {} : { bindings }),
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
    ...toBlame(answer),
    p99: toP99(answer),
    windowSource: answer.windowSource,
    contentionThreshold: answer.contentionThreshold,
    requests: answer.requests,
    slowRequests: answer.slowRequests,
    baselineRequests: answer.baselineRequests,
    candidates: answer.candidates.map(toCandidate),
    timeCauses: answer.timeCauses.map(toTimeCause),
    attributes: answer.attributes.map((one) => ({ ...one, difference: toShare(one.difference) })),
    remedy: answer.remedy ?? null,
    nextProbes: [...answer.nextProbes],
    reasons: [...answer.reasons],
    platforms: answer.platforms.map((split) => ({ ...split, waiting: toShare(split.waiting) })),
    coverage: toCoverage(answer.coverage),
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
