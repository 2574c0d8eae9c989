export { formatUnixNanos, parseRfc3339 } from './rfc3339.ts';
export {
  parseSpanNanos,
  parseTimePoint,
  resolveTimePoint,
  resolveWindow,
  ROOT_CAUSE_LIMITS,
  WINDOW_LIMITS,
} from './time-range.ts';
export type { TimePoint, WindowLimits, WrittenWindow } from './time-range.ts';
export { codeSite, coverage, estimate, instant, timeWindow, traceIdText } from './words.ts';
export type { CodeSiteJson, CoverageJson, EstimateJson, TimeWindowJson } from './words.ts';
export { policiesAnswer, policy, policyChange, policyName } from './policies.ts';
export type { PoliciesAnswer, PolicyChange, PolicyJson } from './policies.ts';
export { closedObject, nameText } from './query.ts';
export { nearestName } from './nearest.ts';
export { candidate, lockKind, rootCauseAnswer, rootCauseQuery } from './root-cause.ts';
export type { CandidateJson, PlatformShareJson, RootCauseAnswer, RootCauseQuery } from './root-cause.ts';
export { contentionAnswer, contentionQuery, contentionRow, latencyAnswer, latencyQuery } from './charts.ts';
export type { ContentionAnswer, ContentionQuery, ContentionRowJson, LatencyAnswer, LatencyQuery } from './charts.ts';
export { comparePlatformsAnswer, comparePlatformsQuery } from './compare.ts';
export type {
  AtomicsHintJson,
  ComparedPlatformJson,
  ComparePlatformsAnswer,
  ComparePlatformsQuery,
  ContrastJson,
} from './compare.ts';
export { toPlatformComparison } from './convert-platforms.ts';
export { BASELINE_SOURCES, explainAnswer, explainQuestion } from './explain.ts';
export type { BaselineSource, ExplainAnswer, ExplainQuestion } from './explain.ts';
export {
  addressText,
  CONTENTION_ROLES,
  contentionSeriesAnswer,
  contentionSeriesQuery,
  lockAnswer,
  lockQuery,
  locksAnswer,
  locksQuery,
  mapAnswer,
  mapsAnswer,
  mapsQuery,
  platformsAnswer,
  platformSplit,
  platformsQuery,
} from './detail.ts';
export type {
  ContentionSeriesAnswer,
  ContentionSeriesQuery,
  LockAnswer,
  LockQuery,
  LocksAnswer,
  LocksQuery,
  MapAnswer,
  MapsAnswer,
  MapsQuery,
  PlatformsAnswer,
  PlatformSplitJson,
  PlatformsQuery,
} from './detail.ts';
export {
  incident,
  INCIDENT_KINDS,
  INCIDENT_STATES,
  incidentIdText,
  incidentsAnswer,
  incidentsQuery,
  incidentStreamQuery,
  servicesAnswer,
  servicesQuery,
} from './incidents.ts';
export type {
  Incident,
  IncidentsAnswer,
  IncidentsQuery,
  IncidentStreamQuery,
  ServiceJson,
  ServicesAnswer,
  ServicesQuery,
} from './incidents.ts';
export { SPAN_KINDS, SPAN_STATUSES, traceAnswer } from './traces.ts';
export type { SpanKind, SpanStatus, TraceAnswer, TraceRequestJson, TraceSpanJson, TraceWaitJson } from './traces.ts';
export { statusAnswer, statusQuery } from './status.ts';
export type { AgentReportJson, PipelineCountJson, PipelineTotals, RecordedRunJson, StatusAnswer } from './status.ts';
export { DEFAULT_PROBE_TTL_SECONDS, probesAnswer, probesChange } from './probes.ts';
export type { ProbesAnswer, ProbesChange } from './probes.ts';
export { TAIL_KINDS, tailCursor, tailEvent, tailProblem, tailQuery, tailSkipped } from './tail.ts';
export type { TailEventJson, TailKind, TailProblemJson, TailQuery, TailSkippedJson } from './tail.ts';
export { livenessAnswer, problem, PROBLEM_CONTENT_TYPE, readinessAnswer } from './problem.ts';
export type { LivenessAnswer, Problem, ProblemItem, ReadinessAnswer } from './problem.ts';
export {
  toCandidate,
  toCodeSite,
  toCoverage,
  toLatencySeries,
  toMs,
  toMsOrNull,
  toRootCauseAnswer,
  toWindow,
} from './convert.ts';
export { heatmapAnswer, heatmapQuery, slowestAnswer, slowestQuery } from './heatmap.ts';
export type { HeatmapAnswer, HeatmapQuery, SlowestAnswer, SlowestQuery } from './heatmap.ts';
export { waitStacksAnswer, waitStacksQuery } from './wait-stacks.ts';
export type { WaitStacksAnswer, WaitStacksQuery } from './wait-stacks.ts';
export { dumpsAnswer, dumpsQuery, timelineAnswer, timelineQuery } from './goroutines.ts';
export type { DumpJson, DumpsAnswer, DumpsQuery, TimelineAnswer, TimelineQuery } from './goroutines.ts';
export { serviceMapAnswer, serviceMapQuery } from './service-map.ts';
export type { ServiceMapAnswer, ServiceMapQuery } from './service-map.ts';
export { crashesAnswer, crashesQuery } from './crashes.ts';
export type { CrashesAnswer, CrashesQuery, CrashJson } from './crashes.ts';
