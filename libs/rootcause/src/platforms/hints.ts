/**
 * Where to look for false sharing and dear atomics: locks whose wait differs between two platforms by more than the program's own
 * speed there does. Cores of other makes move a contended line at other costs, so a site that is dearer than everything else
 * is a place where many cores meet in one line: of the lock itself, or of what lies beside it. Shown with what lies there; never
 * a verdict. Pure.
 */
import { parsePlatform } from '@mapscope/events';
import type { Estimate } from '../answer.ts';
import { sumOf } from '../statistics/bootstrap.ts';
import { place } from '../words.ts';
import type { AtomicsHint } from './answer.ts';
import type { ComparisonEvidence } from './compare.ts';
import { times } from './contrast-words.ts';
import { MARGINS } from './compared.ts';
import type { SharedLine, StructLayout } from './evidence.ts';
import { measure, type Measured } from './measure.ts';
import { type Named, refusalsOf } from './refusals.ts';
import { ratioOf } from './resample.ts';
import { type SampledWindow, samplesOf, type SiteWaits } from './samples.ts';
import { receiverType } from './site.ts';

/** Most waited first: each costs a bootstrap of both platforms. */
const MAX_SITES = 8;
/** Fewer say nothing of a mean. */
const MIN_WAITING = 20;
export const LINE_BYTES = 64;

export interface HintNeeds {
  readonly evidence: ComparisonEvidence;
  readonly sampled: SampledWindow;
  readonly named: readonly Named[];
  readonly reference: Named | undefined;
}

export function atomicsHints({ evidence, sampled, named, reference }: HintNeeds): readonly AtomicsHint[] {
  if (reference === undefined) return [];
  const comparable = named.filter((one) => one !== reference && refusalsOf(one, reference).length === 0);
  return comparable
    .flatMap((subject) =>
      sampled.sites.slice(0, MAX_SITES).flatMap((site) => hintOf({ evidence, sampled, subject, reference, site })),
    )
    .sort((a, b) => b.wait.low / b.own.high - a.wait.low / a.own.high);
}

interface Pair {
  readonly evidence: ComparisonEvidence;
  readonly sampled: SampledWindow;
  readonly subject: Named;
  readonly reference: Named;
  readonly site: SiteWaits;
}

function hintOf({ evidence, sampled, subject, reference, site }: Pair): readonly AtomicsHint[] {
  const at = { ...sampled, wait: site.wait };
  if (!isDearer(at, subject, reference)) return [];
  const [a, b] = [subject, reference].map(({ measured }) => atSite(measured, at, evidence.seed)) as [
    Measured,
    Measured,
  ]; // as many as were mapped
  if (Math.min(a.measures.waitingRequests, b.measures.waitingRequests) < MIN_WAITING) return [];
  const wait = ratioOf([a.measures.waitNanos.value, b.measures.waitNanos.value], [a.drawn.wait, b.drawn.wait]);
  const own = ratioOf([a.measures.ownNanos.value, b.measures.ownNanos.value], [a.drawn.own, b.drawn.own]);
  if (wait === undefined || own === undefined || wait.low <= own.high * MARGINS.differs) return [];
  const { site: waiter, lockKind } = site.site;
  const layout = layoutFor(evidence.layouts, receiverType(waiter), subject);
  const sharedLines = evidence.sharedLines.filter(({ locks }) =>
    locks.some((lock) => lock.waiter.function === waiter.function && lock.waiter.line === waiter.line),
  );
  const platforms = { platform: subject.measured.facts.platform, reference: reference.measured.facts.platform };
  const sentence = hintSentence({ subject, wait, own, layout, sharedLines, where: place(waiter) });
  return [{ waiter, lockKind, ...platforms, wait, own, layout, sharedLines, sentence }];
}

/** By its means already: what is not is spared the bootstrap. */
function isDearer(at: SampledWindow, { measured: a }: Named, { measured: b }: Named): boolean {
  const mean = ({ facts }: Measured): number => {
    const { wait } = samplesOf(at, facts.platform);
    return sumOf(wait) / Math.max(1, wait.length);
  };
  return mean(a) * b.measures.ownNanos.value > mean(b) * a.measures.ownNanos.value * MARGINS.differs;
}

const atSite = ({ facts }: Measured, window: SampledWindow, seed: number): Measured =>
  measure({ facts, samples: samplesOf(window, facts.platform), seconds: 1, seed });

function layoutFor(
  layouts: readonly StructLayout[],
  name: string | undefined,
  { measured }: Named,
): StructLayout | undefined {
  const { arch } = parsePlatform(measured.facts.platform);
  const ofName = layouts.filter((layout) => layout.name === name);
  return ofName.find((layout) => layout.arch === arch) ?? ofName[0];
}

interface Told {
  readonly subject: Named;
  readonly wait: Estimate;
  readonly own: Estimate;
  readonly layout: StructLayout | undefined;
  readonly sharedLines: readonly SharedLine[];
  readonly where: string;
}

function hintSentence({ subject, wait, own, layout, sharedLines, where }: Told): string {
  const cost = `${where} costs ${times(wait)} on ${subject.label} while the program's own time differs ${times(own)}.`;
  const [line] = sharedLines;
  const neighbours =
    line === undefined
      ? ''
      : ` ${line.locks.length} locks that are waited for lie in one 64-byte line with it: pad them apart.`;
  const beside = layout === undefined ? [] : besideLocks(layout);
  const fields =
    beside.length === 0 ? '' : ` In ${layout?.name ?? ''} the lock may share its line with ${beside.join(', ')}.`;
  return `A hint, not a verdict: ${cost}${neighbours}${fields}`;
}

const IS_LOCK = /^sync\.(?:RW)?Mutex$/;

/**
 * Fields whose bytes may lie in one line with a lock's. Go aligns an object to its size class and not to a line, so two fields may
 * share one wherever they are less than a line apart.
 */
export function besideLocks({ fields, sizeBytes }: StructLayout): readonly string[] {
  const ends = fields.map((_, i) => fields[i + 1]?.offsetBytes ?? sizeBytes);
  const locks = fields.flatMap(({ type, offsetBytes }, i) =>
    IS_LOCK.test(type) ? [{ from: offsetBytes, to: ends[i] ?? sizeBytes }] : [],
  );
  return fields.flatMap(({ name, type, offsetBytes }, i) =>
    !IS_LOCK.test(type) &&
    locks.some(({ from, to }) => offsetBytes < to + LINE_BYTES && (ends[i] ?? 0) > from - LINE_BYTES)
      ? [name]
      : [],
  );
}
