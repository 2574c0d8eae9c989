/**
 * Ten minutes of quiet, then five in which every fifth request waits 300 ms for a cache that is being rebuilt:
 * what the agents would have seen, as arrays. Regular, so that the expected answer can be told by hand.
 */
import { NO_FINDINGS, NO_STRETCHES } from '@mapscope/rootcause';
import type { EvidenceQuery, EvidenceSource, LatencyPoint } from '@mapscope/rootcause';

export interface Planted {
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
  readonly traceId: string;
  /** 0: did not wait */
  readonly waitNanos: number;
}

const PER_SECOND = 20;
const WAIT_NANOS = 300e6;
const SITES = [
  { function: 'main.(*Cache).Get', file: 'cache.go', line: 42 },
  { function: 'main.(*Cache).Rebuild', file: 'cache.go', line: 88 },
];

/** `spikeFrom` to `end` is the spike; requests begin ten minutes before it. */
export function plantedEvidence(spikeFrom: bigint, end: bigint): EvidenceSource {
  const all = plantRequests(spikeFrom - 600_000_000_000n, spikeFrom, end);
  const within = ({ window }: EvidenceQuery): readonly Planted[] =>
    all.filter((one) => one.startUnixNanos >= window.fromUnixNanos && one.startUnixNanos < window.toUnixNanos);
  return {
    latencySeries: (query, stepSeconds) => Promise.resolve(series(within(query), stepSeconds)),
    requests: (query) => Promise.resolve(requestColumns(within(query))),
    waits: (query) => Promise.resolve(waitColumns(within(query).filter(({ waitNanos }) => waitNanos > 0))),
    stretches: () => Promise.resolve(NO_STRETCHES),
    findings: () => Promise.resolve(NO_FINDINGS),
    coverage: () => Promise.resolve({ ringSubmitted: 1000, ringLost: 0, published: 1000, inserted: 1000 }),
  };
}

/** Twenty a second from `from` to `end`; every fifth waits from `spikeFrom` on. */
export function plantRequests(from: bigint, spikeFrom: bigint, end: bigint): readonly Planted[] {
  const count = (Number(end - from) / 1e9) * PER_SECOND;
  return Array.from({ length: count }, (_, i) => {
    const startUnixNanos = from + BigInt(i) * (1_000_000_000n / BigInt(PER_SECOND));
    const waitNanos = startUnixNanos >= spikeFrom && i % 5 === 0 ? WAIT_NANOS + (i % 7) * 1e6 : 0;
    const durationNanos = 10e6 + (i % 11) * 0.5e6 + waitNanos;
    return { startUnixNanos, durationNanos, waitNanos, traceId: (i + 1).toString(16).padStart(32, '0') };
  });
}

function series(requests: readonly Planted[], stepSeconds: number): readonly LatencyPoint[] {
  const stepNanos = BigInt(stepSeconds) * 1_000_000_000n;
  const buckets = Map.groupBy(requests, (one) => one.startUnixNanos - (one.startUnixNanos % stepNanos));
  return [...buckets].map(([startUnixNanos, members]) => {
    const sorted = members.map(({ durationNanos }) => durationNanos).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    return { startUnixNanos, requests: members.length, p50Nanos: at(0.5), p99Nanos: at(0.99) };
  });
}

const requestColumns = (rows: readonly Planted[]) => ({
  count: rows.length,
  startUnixNanos: BigInt64Array.from(rows, ({ startUnixNanos }) => startUnixNanos),
  durationNanos: Float64Array.from(rows, ({ durationNanos }) => durationNanos),
  traceIds: rows.map(({ traceId }) => traceId),
  routes: rows.map(() => '/order'),
  platforms: rows.map(() => 'arch=amd64'),
  total: rows.length,
});

const waitColumns = (rows: readonly Planted[]) => ({
  count: rows.length,
  traceIds: rows.map(({ traceId }) => traceId),
  startUnixNanos: BigInt64Array.from(rows, ({ startUnixNanos }) => startUnixNanos + 1_000_000n),
  waitNanos: Float64Array.from(rows, ({ waitNanos }) => waitNanos),
  schedNanos: new Float64Array(rows.length),
  lockAddresses: rows.map(() => '0x000000c000010000'),
  waiterSites: new Uint32Array(rows.length),
  holderSites: new Uint32Array(rows.length).fill(1),
  lockKinds: rows.map(() => 'rwmutex_read' as const),
  bindings: rows.map(() => 'exact' as const),
  sites: SITES,
});
