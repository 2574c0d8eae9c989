/** Crashes to incidents: those of one service and platform with the same last words, within a minute, are one. Pure. */
import type { Crash, IncidentRecord } from '@mapscope/store';
import { JOIN_NANOS } from './episodes.ts';
import { renewed } from './follow.ts';
import { incidentId } from './incident-id.ts';

/** Go's runtime: fatal("concurrent map writes") and its kin (src/internal/runtime/maps, before 1.24 src/runtime/map.go). */
const MAP_CONFLICT = /concurrent map/;

const isSame = (one: IncidentRecord, crash: Crash): boolean =>
  one.service === crash.service &&
  one.platform === crash.platform &&
  one.message === crash.message &&
  crash.unixNanos >= one.startUnixNanos &&
  crash.unixNanos <= one.endUnixNanos + JOIN_NANOS;

/** Only those that changed. `crashes` may hold what is long known. */
export function followCrashes(
  known: readonly IncidentRecord[],
  crashes: readonly Crash[],
  nowUnixNanos: bigint,
): readonly IncidentRecord[] {
  const before = new Map(known.filter(({ kind }) => kind === 'crash').map((one) => [one.id, one]));
  const now = new Map(before);
  for (const crash of crashes.toSorted((a, b) => Number(a.unixNanos - b.unixNanos))) {
    const one = [...now.values()].find((candidate) => isSame(candidate, crash));
    const next = one === undefined ? crashed(crash, nowUnixNanos) : crashedAgain(one, crash);
    now.set(next.id, next);
  }
  for (const one of now.values()) {
    const isOver = one.state === 'open' && one.endUnixNanos + JOIN_NANOS < nowUnixNanos;
    if (isOver) now.set(one.id, { ...one, state: 'resolved' });
  }
  return [...now.values()].filter((one) => one !== before.get(one.id)).map((one) => renewed(one, nowUnixNanos));
}

function crashed(crash: Crash, nowUnixNanos: bigint): IncidentRecord {
  const isMapConflict = MAP_CONFLICT.test(crash.message);
  return {
    id: incidentId('crash', { ...crash, route: '' }, crash.unixNanos),
    service: crash.service,
    route: '',
    platform: crash.platform,
    kind: 'crash',
    state: 'open',
    startUnixNanos: crash.unixNanos,
    endUnixNanos: crash.unixNanos,
    baselineFromUnixNanos: crash.unixNanos - 15n * JOIN_NANOS,
    baselineP99Nanos: 0,
    peakP99Nanos: 0,
    requests: 1,
    routes: [],
    platforms: [crash.platform],
    message: crash.message,
    // The runtime itself saw both in the map; nothing is inferred.
    verdict: isMapConflict ? 'map-conflict' : '',
    sentence: sentenceOf(crash, 1),
    confidence: isMapConflict ? 'high' : '',
    explainedUntilUnixNanos: crash.unixNanos,
    detectedUnixMillis: Number(nowUnixNanos / 1_000_000n),
    version: 0,
  };
}

/** The stack of a new crash may come a moment after it: then its line is added. */
function crashedAgain(one: IncidentRecord, crash: Crash): IncidentRecord {
  const isNew = crash.unixNanos > one.endUnixNanos;
  const isLast = crash.unixNanos >= one.endUnixNanos;
  const requests = one.requests + (isNew ? 1 : 0);
  const sentence = isLast ? sentenceOf(crash, requests) : one.sentence;
  if (!isNew && sentence === one.sentence) return one;
  const endUnixNanos = isNew ? crash.unixNanos : one.endUnixNanos;
  return { ...one, requests, sentence, state: isNew ? 'open' : one.state, endUnixNanos };
}

function sentenceOf({ service, message, site }: Crash, times: number): string {
  const often = times === 1 ? '' : ` ${times} times`;
  const where = site === undefined ? '' : ` in ${site.function} (${site.file}:${site.line})`;
  const said = message === '' ? 'the Go runtime ended the process' : message;
  return `${service} crashed${often}: ${said}${where}.`;
}
