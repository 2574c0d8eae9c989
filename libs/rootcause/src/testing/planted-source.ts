/**
 * Plain arrays as a store: what libs/store does with ClickHouse, in memory, for tests of the port.
 */
import { NANOS_PER_SECOND } from '@mapscope/events';
import { NO_FINDINGS, NO_STRETCHES } from '../evidence.ts';
import type { EvidenceQuery, EvidenceSource, LatencyPoint, RequestColumns, WaitColumns } from '../evidence.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { WHOLE } from './planted.ts';
import type { Planted } from './planted.ts';

export interface AskedSource extends EvidenceSource {
  /** every series question: its step in seconds */
  readonly steps: readonly number[];
}

export function plantedSource(parts: readonly Planted[]): AskedSource {
  const steps: number[] = [];
  const requestsIn = (query: EvidenceQuery): RequestColumns =>
    joinRequests(parts.map((part) => requestsWithin(part.requests, query)));
  return {
    steps,
    latencySeries: (query, stepSeconds) => {
      steps.push(stepSeconds);
      return Promise.resolve(series(requestsIn(query), query, stepSeconds));
    },
    requests: (query) => Promise.resolve(requestsIn(query)),
    waits: (query) => Promise.resolve(joinWaits(parts.map((part) => waitsWithin(part.waits, query)))),
    stretches: () => Promise.resolve(NO_STRETCHES),
    findings: () => Promise.resolve(NO_FINDINGS),
    coverage: () => Promise.resolve(WHOLE),
  };
}

const positions = (starts: BigInt64Array, query: EvidenceQuery): readonly number[] =>
  Array.from(starts, (start, i) => ({ start, i }))
    .filter(({ start }) => start >= query.window.fromUnixNanos && start < query.window.toUnixNanos)
    .map(({ i }) => i);

function requestsWithin(all: RequestColumns, query: EvidenceQuery): RequestColumns {
  const kept = positions(all.startUnixNanos, query).filter(
    (i) => query.route === undefined || all.routes[i] === query.route,
  );
  return {
    count: kept.length,
    total: kept.length,
    startUnixNanos: BigInt64Array.from(kept, (i) => all.startUnixNanos[i] ?? 0n),
    durationNanos: Float64Array.from(kept, (i) => all.durationNanos[i] ?? 0),
    traceIds: kept.map((i) => all.traceIds[i] ?? ''),
    routes: kept.map((i) => all.routes[i] ?? ''),
    platforms: kept.map((i) => all.platforms[i] ?? ''),
  };
}

/** A request that began in the window may wait after its end; waits of later requests find no request and drop out. */
const MARGIN_NANOS = 10n * NANOS_PER_SECOND;

function waitsWithin(all: WaitColumns, query: EvidenceQuery): WaitColumns {
  const { fromUnixNanos, toUnixNanos } = query.window;
  const kept = positions(all.startUnixNanos, {
    ...query,
    window: { fromUnixNanos, toUnixNanos: toUnixNanos + MARGIN_NANOS },
  });
  return {
    count: kept.length,
    traceIds: kept.map((i) => all.traceIds[i] ?? ''),
    startUnixNanos: BigInt64Array.from(kept, (i) => all.startUnixNanos[i] ?? 0n),
    waitNanos: Float64Array.from(kept, (i) => all.waitNanos[i] ?? 0),
    schedNanos: Float64Array.from(kept, (i) => all.schedNanos[i] ?? 0),
    lockAddresses: kept.map((i) => all.lockAddresses[i] ?? ''),
    waiterSites: Uint32Array.from(kept, (i) => all.waiterSites[i] ?? 0),
    holderSites: Uint32Array.from(kept, (i) => all.holderSites[i] ?? 0),
    lockKinds: kept.map((i) => all.lockKinds[i] ?? 'other'),
    bindings: kept.map((i) => all.bindings[i] ?? 'exact'),
    sites: all.sites,
  };
}

function joinRequests(parts: readonly RequestColumns[]): RequestColumns {
  return {
    count: parts.reduce((sum, part) => sum + part.count, 0),
    total: parts.reduce((sum, part) => sum + part.total, 0),
    startUnixNanos: BigInt64Array.from(parts.flatMap((part) => [...part.startUnixNanos])),
    durationNanos: Float64Array.from(parts.flatMap((part) => [...part.durationNanos])),
    traceIds: parts.flatMap((part) => part.traceIds),
    routes: parts.flatMap((part) => part.routes),
    platforms: parts.flatMap((part) => part.platforms),
  };
}

function joinWaits(parts: readonly WaitColumns[]): WaitColumns {
  const shifts = parts.map((_, p) => parts.slice(0, p).reduce((sum, part) => sum + part.sites.length, 0));
  const shifted = (pick: (part: WaitColumns) => Uint32Array): Uint32Array =>
    Uint32Array.from(parts.flatMap((part, p) => Array.from(pick(part), (s) => s + (shifts[p] ?? 0))));
  return {
    count: parts.reduce((sum, part) => sum + part.count, 0),
    traceIds: parts.flatMap((part) => part.traceIds),
    startUnixNanos: BigInt64Array.from(parts.flatMap((part) => [...part.startUnixNanos])),
    waitNanos: Float64Array.from(parts.flatMap((part) => [...part.waitNanos])),
    schedNanos: Float64Array.from(parts.flatMap((part) => [...part.schedNanos])),
    lockAddresses: parts.flatMap((part) => part.lockAddresses),
    waiterSites: shifted((part) => part.waiterSites),
    holderSites: shifted((part) => part.holderSites),
    lockKinds: parts.flatMap((part) => part.lockKinds),
    bindings: parts.flatMap((part) => part.bindings),
    sites: parts.flatMap((part) => part.sites),
  };
}

function series(requests: RequestColumns, query: EvidenceQuery, stepSeconds: number): readonly LatencyPoint[] {
  const step = BigInt(stepSeconds) * 1_000_000_000n;
  const buckets = new Map<bigint, number[]>();
  requests.startUnixNanos.forEach((start, i) => {
    const key = query.window.fromUnixNanos + ((start - query.window.fromUnixNanos) / step) * step;
    const bucket = buckets.get(key) ?? [];
    bucket.push(requests.durationNanos[i] ?? 0);
    buckets.set(key, bucket);
  });
  return Array.from(buckets, ([startUnixNanos, durations]) => {
    const sorted = Float64Array.from(durations).sort();
    return {
      startUnixNanos,
      requests: sorted.length,
      p50Nanos: quantileOfSorted(sorted, 0.5),
      p99Nanos: quantileOfSorted(sorted, 0.99),
    };
  }).sort((a, b) => Number(a.startUnixNanos - b.startUnixNanos));
}
