/**
 * From series to episodes: spikes of one service that overlap, or follow each other within a minute, are one, whatever
 * routes and platforms they are on. Pure.
 *
 *   /order  ──────┌────┐──┌──┐──────
 *   /list   ────────┌─────┐─────────      one episode of the service, on both routes
 *   /pay    ────────────────────────
 */
import { NANOS_PER_SECOND } from '@mapscope/events';
import { detectIncidents, type Incident as Spike } from '@mapscope/rootcause';
import type { Scope, Series } from './series.ts';

/** Rows come about a second after the requests end. */
const SETTLE_NANOS = 2n * NANOS_PER_SECOND;
/** Spikes closer than this are one; a service without requests for so long has no open one. */
export const JOIN_NANOS = 60n * NANOS_PER_SECOND;

export interface Episode extends Scope {
  readonly startUnixNanos: bigint;
  readonly endUnixNanos: bigint;
  readonly baselineFromUnixNanos: bigint;
  readonly baselineP99Nanos: number;
  readonly peakP99Nanos: number;
  readonly requests: number;
  readonly routes: readonly string[];
  readonly platforms: readonly string[];
  readonly isOpen: boolean;
}

interface ScopedSpike extends Spike, Scope {}

export function episodesOf(all: readonly Series[], nowUnixNanos: bigint): readonly Episode[] {
  const services = Map.groupBy(all, ({ service }) => service);
  return [...services.values()].flatMap((series) => {
    const spikes = series.flatMap((one) => spikesIn(one, nowUnixNanos));
    return clusters(spikes).map((members) => toEpisode(members, series, nowUnixNanos));
  });
}

/**
 * The step under way may open an incident early, for requests that are not over yet can only make it higher; that it is
 * calm so far says nothing, so it closes none.
 */
function spikesIn({ stepSeconds, points, ...scope }: Series, nowUnixNanos: bigint): readonly ScopedSpike[] {
  const { service, route, platform } = scope;
  const stepNanos = BigInt(stepSeconds) * NANOS_PER_SECOND;
  const early = detectIncidents(points, { stepSeconds });
  const complete = points.filter((point) => point.startUnixNanos + stepNanos + SETTLE_NANOS <= nowUnixNanos);
  const found = early.at(-1)?.state === 'open' ? early : detectIncidents(complete, { stepSeconds });
  return found.map((spike) => ({ ...spike, service, route, platform }));
}

function clusters(spikes: readonly ScopedSpike[]): readonly (readonly ScopedSpike[])[] {
  const made: { end: bigint; readonly members: ScopedSpike[] }[] = [];
  for (const spike of spikes.toSorted((a, b) => Number(a.startUnixNanos - b.startUnixNanos))) {
    const last = made.at(-1);
    if (last !== undefined && spike.startUnixNanos <= last.end + JOIN_NANOS) {
      last.members.push(spike);
      if (spike.endUnixNanos > last.end) last.end = spike.endUnixNanos;
    } else made.push({ end: spike.endUnixNanos, members: [spike] });
  }
  return made.map(({ members }) => members);
}

const distinct = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => value !== '').sort();

/** The one value that spiked, where the service has others that did not. */
const only = (spiked: readonly string[], all: readonly string[]): string =>
  spiked.length === 1 && all.length > 1 ? (spiked[0] ?? '') : '';

function toEpisode(spikes: readonly ScopedSpike[], series: readonly Series[], nowUnixNanos: bigint): Episode {
  // The busiest speaks for all: it is the whole service where that spiked too.
  const lead = spikes.reduce((busiest, spike) => (spike.requests > busiest.requests ? spike : busiest));
  const start = spikes.reduce(
    (first, spike) => (spike.startUnixNanos < first ? spike.startUnixNanos : first),
    lead.startUnixNanos,
  );
  const end = spikes.reduce(
    (last, spike) => (spike.endUnixNanos > last ? spike.endUnixNanos : last),
    lead.endUnixNanos,
  );
  const routes = distinct(spikes.map(({ route }) => route));
  const platforms = distinct(spikes.map(({ platform }) => platform));
  return {
    service: lead.service,
    route: only(routes, distinct(series.map(({ route }) => route))),
    platform: only(platforms, distinct(series.map(({ platform }) => platform))),
    startUnixNanos: start,
    endUnixNanos: end,
    baselineFromUnixNanos: lead.baselineFromUnixNanos < start ? lead.baselineFromUnixNanos : start - 5n * JOIN_NANOS,
    baselineP99Nanos: lead.baselineP99Nanos,
    peakP99Nanos: Math.max(...spikes.map(({ peakP99Nanos }) => peakP99Nanos)),
    requests: lead.requests,
    routes,
    platforms,
    isOpen: spikes.some(({ state }) => state === 'open') && end + JOIN_NANOS >= nowUnixNanos,
  };
}
