/**
 * Platforms compared, a pure function of evidence: the same evidence and seed give the same answer.
 *
 *   requests, waits ─► samples ─► measures of each ─► refusals ─► contrasts: against the reference, against its own baseline
 *                                                             └► hints (hints.ts)
 */
import { parsePlatform, type TimeWindow } from '@mapscope/events';
import type { Coverage } from '../evidence.ts';
import type { WindowEvidence } from '../judge.ts';
import { place } from '../words.ts';
import type { ComparedPlatform, Contrast, PlatformComparison } from './answer.ts';
import { contrast } from './contrast.ts';
import type { PlatformFacts, SharedLine, StructLayout } from './evidence.ts';
import { atomicsHints } from './hints.ts';
import { isEmulation, platformLabels } from './label.ts';
import { measure } from './measure.ts';
import { type Named, refusalsOf } from './refusals.ts';
import { type SampledWindow, samplesOf, sampleWindow } from './samples.ts';
import { siteMatcher } from './site.ts';

export interface PlatformWindow {
  readonly evidence: WindowEvidence;
  readonly facts: readonly PlatformFacts[];
}

export interface ComparisonEvidence {
  readonly service: string;
  readonly route?: string | undefined;
  /** of waits, only those at this line, see site.ts; absent: of all locks */
  readonly site?: string | undefined;
  readonly window: PlatformWindow;
  readonly baseline?: PlatformWindow | undefined;
  readonly sharedLines: readonly SharedLine[];
  readonly layouts: readonly StructLayout[];
  readonly coverage: Coverage;
  readonly seed: number;
}

/** Those with most requests; a tag is a kind of machine, so there are few. */
const MAX_PLATFORMS = 16;

interface Side {
  readonly sampled: SampledWindow;
  readonly named: readonly Named[];
}

export function comparePlatforms(evidence: ComparisonEvidence): PlatformComparison {
  const window = sideOf(evidence, evidence.window);
  const baseline = evidence.baseline && sideOf(evidence, evidence.baseline);
  const reference = chooseReference(window.named);
  const lock = lockWords(evidence.site, window.sampled);
  const platforms = window.named.map((subject) => ({
    ...described(subject),
    ...(reference !== undefined &&
      subject !== reference && {
        against: contrast({ subject, against: reference, lock, refusals: refusalsOf(subject, reference) }),
      }),
    ...(baseline !== undefined && { ownBaseline: againstItself(subject, baseline, lock) }),
  }));
  const { service, route, site, coverage } = evidence;
  const hints = atomicsHints({ evidence, sampled: window.sampled, named: window.named, reference });
  const asked = {
    service,
    route,
    site,
    window: windowOf(evidence.window),
    baseline: evidence.baseline && windowOf(evidence.baseline),
  };
  return {
    ...asked,
    reference: reference && tagOf(reference),
    platforms,
    hints,
    coverage,
    sentence: wholeSentence(service, platforms),
  };
}

const windowOf = ({ evidence }: PlatformWindow): TimeWindow => evidence.window;
const tagOf = ({ measured }: Named): string => measured.facts.platform;

function sideOf({ site, seed }: ComparisonEvidence, { evidence, facts }: PlatformWindow): Side {
  const sampled = sampleWindow(evidence, site === undefined ? undefined : siteMatcher(site));
  const { fromUnixNanos, toUnixNanos } = evidence.window;
  const seconds = Number(toUnixNanos - fromUnixNanos) / 1e9;
  const all = mostFirst(sampled, facts);
  const labels = platformLabels(all.map(({ platform }) => platform));
  const named = all.map((each) => ({
    label: labels.get(each.platform) ?? each.platform,
    measured: measure({ facts: each, samples: samplesOf(sampled, each.platform), seconds, seed }),
  }));
  return { sampled, named };
}

/** Platforms that served; the store counts them exactly, and where it says nothing of one, its requests here do. */
function mostFirst({ rows }: SampledWindow, facts: readonly PlatformFacts[]): readonly PlatformFacts[] {
  const known = new Map(facts.map((each) => [each.platform, each]));
  return [...rows]
    .map(([platform, { length }]) => known.get(platform) ?? bareFacts(platform, length))
    .sort((a, b) => b.requests - a.requests || (a.platform < b.platform ? -1 : 1))
    .slice(0, MAX_PLATFORMS);
}

const bareFacts = (platform: string, requests: number): PlatformFacts => ({
  platform,
  requests,
  processes: 0,
  builds: [],
  mapOperations: 0,
  mapConflicts: 0,
});

/** Everybody's times can be compared with it, if with anybody's. */
const chooseReference = (named: readonly Named[]): Named | undefined =>
  named.find((one) => !isEmulated(one)) ?? named[0];

const isEmulated = ({ measured }: Named): boolean => isEmulation(parsePlatform(measured.facts.platform).emulation);

const described = (one: Named): Omit<ComparedPlatform, 'against' | 'ownBaseline'> => ({
  platform: tagOf(one),
  label: one.label,
  emulated: isEmulated(one),
  builds: one.measured.facts.builds,
  measures: one.measured.measures,
});

/** The same machine before: emulated or not, its times are of one kind. Another build or load is what may have changed: told, not refused. */
function againstItself(subject: Named, baseline: Side, lock: string): Contrast {
  const before = baseline.named.find((one) => tagOf(one) === tagOf(subject)) ?? notSeen(subject);
  const named = { label: `${subject.label} before`, measured: before.measured };
  const refusals = refusalsOf(subject, named).filter(({ code }) => code === 'too-few' || code === 'routes');
  const told = contrast({ subject, against: named, lock, refusals });
  const notes = refusalsOf(subject, named).filter(({ code }) => code === 'builds' || code === 'loads');
  return { ...told, notes: [...told.notes, ...notes.map(({ reason }) => reason)] };
}

function notSeen({ label, measured }: Named): Named {
  const samples = {
    duration: new Float64Array(),
    wait: new Float64Array(),
    own: new Float64Array(),
    routes: new Map<string, number>(),
  };
  const facts = bareFacts(measured.facts.platform, 0);
  return { label, measured: measure({ facts, samples, seconds: 1, seed: 0 }) };
}

function lockWords(site: string | undefined, { sites }: SampledWindow): string {
  if (site === undefined) return 'locks';
  const [first] = sites;
  return first === undefined ? `\`${site}\`` : place(first.site.site);
}

function wholeSentence(service: string, platforms: readonly ComparedPlatform[]): string {
  if (platforms.length === 0) return `No request of ${service} is stored in the window.`;
  const against = platforms.flatMap((each) => each.against?.sentence ?? []);
  const [only] = platforms;
  const across = against.length > 0 ? against : [`${service} ran on one platform only: ${only?.label ?? ''}.`];
  const own = platforms.flatMap(({ ownBaseline }) =>
    ownBaseline?.verdict === 'waits-longer' || ownBaseline?.verdict === 'waits-shorter' ? [ownBaseline.sentence] : [],
  );
  return [...across, ...own].join(' ');
}
