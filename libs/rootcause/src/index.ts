export { TIME_KINDS, VERDICTS, WINDOW_SOURCES } from './answer.ts';
export type {
  AnswerCoverage,
  AttributeContrast,
  BlockingChain,
  Candidate,
  ChainLink,
  Estimate,
  GuardedMap,
  HeldBy,
  LockSpread,
  PlatformShare,
  RootCause,
  Sampled,
  TimeCause,
  TimeKind,
  Verdict,
  Weighing,
  WindowSource,
} from './answer.ts';
export { NO_FINDINGS, NO_STRETCHES, STRETCH_KINDS } from './evidence.ts';
export type {
  CodeSite,
  Coverage,
  EvidenceQuery,
  EvidenceSource,
  Findings,
  HeldByReader,
  LatencyPoint,
  MapConflict,
  MapCrash,
  MapGuard,
  RequestColumns,
  SpanAttributes,
  StopColumns,
  StretchColumns,
  StretchKind,
  UnboundWaits,
  WaitColumns,
  WaitGoroutines,
} from './evidence.ts';
export { explain, fetchWindow } from './explain.ts';
export type { Means, Question } from './explain.ts';
export { REFUSALS, CONTRAST_VERDICTS } from './platforms/answer.ts';
export type {
  AtomicsHint,
  ComparedPlatform,
  Contrast,
  ContrastVerdict,
  PlatformComparison,
  PlatformMeasures,
  Refusal,
  RefusalCode,
} from './platforms/answer.ts';
export { askPlatforms } from './platforms/ask.ts';
export type { PlatformMeans, PlatformQuestion } from './platforms/ask.ts';
export { comparePlatforms } from './platforms/compare.ts';
export type { ComparisonEvidence, PlatformWindow } from './platforms/compare.ts';
export type { FieldPlace, PlatformFacts, PlatformSource, SharedLine, StructLayout } from './platforms/evidence.ts';
export { platformLabels } from './platforms/label.ts';
export { receiverType } from './platforms/site.ts';
export { judge } from './judge.ts';
export type { Evidence, WindowEvidence } from './judge.ts';
export { detectIncidents } from './spike/detect.ts';
export type { DetectOptions, Incident } from './spike/detect.ts';
export { chooseWindows, firstStep, widerStep } from './spike/windows.ts';
export type { ChosenWindows } from './spike/windows.ts';
export { bootstrapQuantile, bootstrapRatio, resamplesOf } from './statistics/bootstrap.ts';
export { benjaminiHochberg } from './statistics/benjamini-hochberg.ts';
export { entropy, klDivergence } from './statistics/divergence.ts';
export type { Mix } from './statistics/divergence.ts';
export { evenSpread, gTest } from './statistics/g-test.ts';
export type { GTest } from './statistics/g-test.ts';
export { newcombe, wilson } from './statistics/proportions.ts';
export { median, quantile } from './statistics/quantile.ts';
export { seededRng } from './statistics/rng.ts';
export type { Rng } from './statistics/rng.ts';
export { spearman } from './statistics/spearman.ts';
export { watchedSeconds, watchedShare } from './watched.ts';
export type { BindingMix, WatchedTime } from './watched.ts';
export { closedGates, GATES, keptShare } from './verdict/gates.ts';
export { DEFAULT_THRESHOLD, RULES } from './verdict/rules.ts';
