/** A comparison of platforms, from what libs/rootcause computes to what HTTP says. Pure. */
import { parsePlatform, platformAttributes } from '@mapscope/events';
import type {
  AtomicsHint,
  ComparedPlatform,
  Contrast,
  Estimate,
  PlatformComparison,
  PlatformMeasures,
  SharedLine,
  StructLayout,
} from '@mapscope/rootcause';
import type { AtomicsHintJson, ComparedPlatformJson, ComparePlatformsAnswer, ContrastJson } from './compare.ts';
import { toCodeSite, toMs, toWindow } from './convert.ts';

const LINE_BYTES = 64;

const inMs = ({ value, low, high }: Estimate): Estimate => ({ value: toMs(value), low: toMs(low), high: toMs(high) });

const toMeasures = (measures: PlatformMeasures): ComparedPlatformJson['measures'] => ({
  requests: measures.requests,
  requestsPerSecond: measures.requestsPerSecond,
  processes: measures.processes,
  waitingRequests: measures.waitingRequests,
  waiting: measures.waiting,
  waitMs: inMs(measures.waitNanos),
  p99Ms: inMs(measures.p99Nanos),
  contentionRatio: measures.contentionRatio,
  ownMs: inMs(measures.ownNanos),
  cpuMsPerRequest: measures.cpuNanosPerRequest === undefined ? null : toMs(measures.cpuNanosPerRequest),
  conflicts: measures.conflicts ?? null,
});

const toContrast = ({ refusals, notes, verdict, sentence, ...told }: Contrast): ContrastJson => ({
  verdict,
  wait: told.wait ?? null,
  p99: told.p99 ?? null,
  own: told.own ?? null,
  cpu: told.cpu ?? null,
  waiting: told.waiting ?? null,
  conflicts: told.conflicts ?? null,
  refusals: refusals.map((refusal) => ({ ...refusal })),
  notes: [...notes],
  sentence,
});

const toPlatform = ({ against, ownBaseline, ...one }: ComparedPlatform): ComparedPlatformJson => ({
  platform: one.platform,
  label: one.label,
  attributes: { ...platformAttributes(parsePlatform(one.platform)) },
  emulated: one.emulated,
  builds: [...one.builds],
  measures: toMeasures(one.measures),
  against: against === undefined ? null : toContrast(against),
  ownBaseline: ownBaseline === undefined ? null : toContrast(ownBaseline),
});

const toLayout = ({ name, arch, sizeBytes, fields }: StructLayout): NonNullable<AtomicsHintJson['layout']> => ({
  name,
  arch,
  sizeBytes,
  fields: fields.map((field) => ({ ...field, line: Math.floor(field.offsetBytes / LINE_BYTES) })),
});

const toSharedLine = ({ waitNanos, locks, ...line }: SharedLine): AtomicsHintJson['sharedLines'][number] => ({
  ...line,
  locks: locks.map((lock) => ({ ...lock, waiter: toCodeSite(lock.waiter) })),
  waitMs: toMs(waitNanos),
});

const toHint = ({ layout, sharedLines, waiter, ...hint }: AtomicsHint): AtomicsHintJson => ({
  ...hint,
  waiter: toCodeSite(waiter),
  layout: layout === undefined ? null : toLayout(layout),
  sharedLines: sharedLines.map(toSharedLine),
});

export const toPlatformComparison = (answer: PlatformComparison): ComparePlatformsAnswer => ({
  service: answer.service,
  route: answer.route ?? null,
  site: answer.site ?? null,
  window: toWindow(answer.window),
  baseline: answer.baseline === undefined ? null : toWindow(answer.baseline),
  reference: answer.reference ?? null,
  sentence: answer.sentence,
  platforms: answer.platforms.map(toPlatform),
  hints: answer.hints.map(toHint),
  coverage: { ...answer.coverage },
});
