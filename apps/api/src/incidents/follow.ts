/**
 * What is stored, and what is seen now, to what is to be stored: pure, so that a restart, a second process and a second
 * look lead to the same rows.
 *
 *   known   ├────────┤ open          ├──┤ resolved
 *   seen        ├──────────┤                          → the first goes on, with its id and begin
 *   seen                                       ├──┤   → a new one
 *   known ├──┤  ├──┤ (found twice)  seen ├───────┤    → the earlier goes on, the other is marked as merged
 */
import type { IncidentRecord } from '@mapscope/store';
import { JOIN_NANOS, type Episode } from './episodes.ts';
import { incidentId } from './incident-id.ts';

const MAX_NAMES = 20;

interface Interval {
  readonly startUnixNanos: bigint;
  readonly endUnixNanos: bigint;
}

const touch = (a: Interval, b: Interval): boolean =>
  a.startUnixNanos <= b.endUnixNanos + JOIN_NANOS && b.startUnixNanos <= a.endUnixNanos + JOIN_NANOS;

/** Only those that changed, each with a version of its own. */
export function follow(
  known: readonly IncidentRecord[],
  episodes: readonly Episode[],
  nowUnixNanos: bigint,
): readonly IncidentRecord[] {
  const before = new Map(known.filter(({ kind }) => kind === 'latency').map((one) => [one.id, one]));
  const now = new Map(before);
  for (const episode of episodes) {
    const [kept, ...twins] = [...now.values()]
      .filter((one) => one.state !== 'merged' && one.service === episode.service && touch(one, episode))
      .sort((a, b) => Number(a.startUnixNanos - b.startUnixNanos) || (a.id < b.id ? -1 : 1));
    const one = kept === undefined ? opened(episode, nowUnixNanos) : continued(kept, episode);
    now.set(one.id, one);
    for (const twin of twins) now.set(twin.id, { ...twin, state: 'merged' });
  }
  for (const one of now.values()) {
    const isSilent = one.state === 'open' && one.endUnixNanos + JOIN_NANOS < nowUnixNanos;
    if (isSilent) now.set(one.id, { ...one, state: 'resolved' });
  }
  return [...now.values()].filter((one) => one !== before.get(one.id)).map((one) => renewed(one, nowUnixNanos));
}

/** Clocks of several processes may differ: a version is always above the one it was made from. */
export const renewed = (one: IncidentRecord, nowUnixNanos: bigint): IncidentRecord => ({
  ...one,
  version: Math.max(Number(nowUnixNanos / 1_000_000n), one.version + 1),
});

const opened = (episode: Episode, nowUnixNanos: bigint): IncidentRecord => ({
  ...seen(episode),
  id: incidentId('latency', episode, episode.startUnixNanos),
  service: episode.service,
  route: episode.route,
  platform: episode.platform,
  kind: 'latency',
  startUnixNanos: episode.startUnixNanos,
  baselineFromUnixNanos: episode.baselineFromUnixNanos,
  baselineP99Nanos: episode.baselineP99Nanos,
  message: '',
  verdict: '',
  sentence: '',
  confidence: '',
  explainedUntilUnixNanos: 0n,
  detectedUnixMillis: Number(nowUnixNanos / 1_000_000n),
  version: 0,
});

/** What may change while it lasts. */
const seen = (episode: Episode) => ({
  state: episode.isOpen ? ('open' as const) : ('resolved' as const),
  endUnixNanos: episode.endUnixNanos,
  peakP99Nanos: episode.peakP99Nanos,
  requests: episode.requests,
  routes: episode.routes.slice(0, MAX_NAMES),
  platforms: episode.platforms.slice(0, MAX_NAMES),
});

const union = (a: readonly string[], b: readonly string[]): readonly string[] =>
  b.every((value) => a.includes(value)) ? a : [...new Set([...a, ...b])].sort().slice(0, MAX_NAMES);

/** The same object where nothing is new. */
function continued(one: IncidentRecord, episode: Episode): IncidentRecord {
  const isLater = episode.endUnixNanos >= one.endUnixNanos;
  const next: IncidentRecord = {
    ...one,
    route: one.route === episode.route ? one.route : '',
    platform: one.platform === episode.platform ? one.platform : '',
    endUnixNanos: isLater ? episode.endUnixNanos : one.endUnixNanos,
    state: isLater ? seen(episode).state : one.state,
    peakP99Nanos: Math.max(one.peakP99Nanos, episode.peakP99Nanos),
    requests: Math.max(one.requests, episode.requests),
    routes: union(one.routes, episode.routes),
    platforms: union(one.platforms, episode.platforms),
  };
  // Object.keys gives string[]; both have exactly these keys.
  const keys = Object.keys(next) as (keyof IncidentRecord)[];
  return keys.every((key) => next[key] === one[key]) ? one : next;
}
