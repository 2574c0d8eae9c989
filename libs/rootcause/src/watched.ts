/**
 * How much of a window's time was watched at all. Counts of events say what became of those that were seen; what happened while
 * probes were off is in no count (decision 0025), so an answer tells both. Pure; used by the judge and its sentence.
 *
 *   window   ├────────────────────────────────────┤
 *   agent         ├───────────────────────────────┤     nobody before it: neither watched nor shed
 *   probes        ├─┤      ├─┤      ├─┤      ├─┤        share: these; shedShare: the pauses between
 */
import type { TimeWindow } from '@mapscope/events';
import { percent } from './words.ts';

/** Of the probes that fill one table. */
export interface WatchedTime {
  /** BatchKind */
  readonly kind: string;
  /** part of the window in which they were on, 0…1; of several agents the mean over the time that each was there */
  readonly share: number;
  /** part of the window in which the overhead budget kept them off, 0…1 */
  readonly shedShare: number;
}

/** Waits on locks of a window, of all routes: of the request's own goroutine, of one that worked for it, of nobody known. */
export interface BindingMix {
  readonly exact: number;
  readonly inherited: number;
  readonly none: number;
}

/** Less is told; what is left is the time between two reports of an agent. */
const NEARLY_ALL = 0.95;
/** In less than half of the time, what is longer than one window of the probes may be missing: confidence is medium at most. */
const MOSTLY = 0.5;

const OF_KINDS: Readonly<Record<string, string>> = {
  http_requests: 'requests',
  lock_waits: 'waits on locks',
  client_requests: 'calls to other services',
  gc_events: 'the collector',
  map_events: 'maps',
  syncmap_events: 'maps of package sync',
  goroutine_events: 'states of goroutines',
};

const find = (watched: readonly WatchedTime[] | undefined, kind: string): WatchedTime | undefined =>
  watched?.find((one) => one.kind === kind);

/** 1 where nobody said anything: then nothing is known to be missing. */
export const watchedShare = (watched: readonly WatchedTime[] | undefined, kind: string): number =>
  find(watched, kind)?.share ?? 1;

export const isMostlyWatched = (watched: readonly WatchedTime[] | undefined): boolean =>
  watchedShare(watched, 'http_requests') >= MOSTLY;

/** What a count is to be divided by to be a rate; never 0. */
export function watchedSeconds(
  { fromUnixNanos, toUnixNanos }: TimeWindow,
  watched: readonly WatchedTime[] | undefined,
  kind: string,
): number {
  const seconds = Number(toUnixNanos - fromUnixNanos) / 1e9;
  const share = watchedShare(watched, kind);
  return share > 0 ? seconds * share : seconds;
}

/** "requests were watched for 5.6 % of the window: …", a line for all kinds with the same figures */
export function watchedLines(what: string, watched: readonly WatchedTime[] | undefined): readonly string[] {
  const partly = (watched ?? []).filter(({ kind, share }) => share < NEARLY_ALL && kind in OF_KINDS);
  const alike = Map.groupBy(partly, ({ share, shedShare }) => `${percent(share)} ${percent(shedShare)}`);
  return [...alike.values()].flatMap((kinds) => {
    const [first] = kinds;
    return first === undefined
      ? []
      : [`${namesOf(kinds)} were watched for ${percent(first.share)} of the ${what}: ${whyNot(first)}`];
  });
}

const namesOf = (kinds: readonly WatchedTime[]): string =>
  kinds.map(({ kind }) => OF_KINDS[kind] ?? kind).join(' and ');

function whyNot({ share, shedShare }: WatchedTime): string {
  const nobody = Math.max(0, 1 - share - shedShare);
  const reasons = [
    ...(shedShare >= 0.01
      ? [
          `the overhead budget kept the probes off for ${percent(shedShare)}; counts are of the time watched, and what lasts longer than a second may be missing`,
        ]
      : []),
    ...(nobody >= 0.01 ? [`no agent was there for ${percent(nobody)}`] : []),
  ];
  return reasons.join('; ');
}

/** For the end of the sentence; empty where all of the time was watched. */
export function watchedWords(watched: readonly WatchedTime[] | undefined): string {
  const requests = find(watched, 'http_requests') ?? find(watched, 'lock_waits');
  if (requests === undefined || requests.share >= NEARLY_ALL) return '';
  const why =
    requests.shedShare >= 0.01
      ? 'the overhead budget kept the probes off for the rest'
      : 'no agent was there for the rest';
  return ` of ${percent(requests.share)} of the time (${why})`;
}
