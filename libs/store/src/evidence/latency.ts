/**
 * p50 and p99 per step, steps counted from the window's begin; steps without requests are left out.
 * Up to six hours the quantiles are exact, from the raw requests; longer windows read the ten-second histograms.
 */
import { MapscopeError, NANOS_PER_SECOND } from '@mapscope/events';
import type { EvidenceQuery, LatencyPoint } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { requestFilter, wholeIntervals } from '../queries/filter.ts';
import { quantileOf } from './histogram.ts';

const EXACT_NANOS = 6n * 3600n * NANOS_PER_SECOND;
const ROLLUP_SECONDS = 10;
const MAX_POINTS = 20_000;

export async function readLatency(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  stepSeconds: number,
): Promise<readonly LatencyPoint[]> {
  const { fromUnixNanos, toUnixNanos } = query.window;
  const points = Number((toUnixNanos - fromUnixNanos) / NANOS_PER_SECOND) / stepSeconds;
  if (!(stepSeconds >= 1) || points > MAX_POINTS) {
    throw new MapscopeError(
      'QUERY_INVALID',
      `A step of ${stepSeconds} s is not possible here: give whole seconds, at most ${MAX_POINTS} steps in the window`,
    );
  }
  return toUnixNanos - fromUnixNanos <= EXACT_NANOS
    ? readExact(clickhouse, query, stepSeconds)
    : readRollup(clickhouse, query, stepSeconds);
}

async function readExact(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  stepSeconds: number,
): Promise<readonly LatencyPoint[]> {
  const filter = requestFilter(query);
  const step = BigInt(stepSeconds) * NANOS_PER_SECOND;
  const rows = await clickhouse.rows<{
    readonly bucket: string;
    readonly requests: string;
    readonly quantiles: readonly string[];
  }>({
    name: 'latency-exact',
    sql: `SELECT intDiv(toUnixTimestamp64Nano(ts) - {from:Int64}, {step:Int64}) AS bucket, count() AS requests,
  quantilesExact(0.5, 0.99)(duration_ns) AS quantiles
FROM http_requests WHERE ${filter.where} GROUP BY bucket ORDER BY bucket`,
    parameters: { ...filter.parameters, step },
  });
  return rows.map(({ bucket, requests, quantiles }) => ({
    startUnixNanos: query.window.fromUnixNanos + BigInt(bucket) * step,
    requests: Number(requests),
    p50Nanos: Number(quantiles[0]),
    p99Nanos: Number(quantiles[1]),
  }));
}

/** Steps grow to whole roll-up intervals, and the window to their edges. */
async function readRollup(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  stepSeconds: number,
): Promise<readonly LatencyPoint[]> {
  const step = BigInt(Math.ceil(stepSeconds / ROLLUP_SECONDS) * ROLLUP_SECONDS) * NANOS_PER_SECOND;
  const window = wholeIntervals(query.window, BigInt(ROLLUP_SECONDS) * NANOS_PER_SECOND);
  const filter = requestFilter({ ...query, window });
  const rows = await clickhouse.rows<{
    readonly bucket: string;
    readonly total: string;
    readonly keys: readonly number[];
    readonly counts: readonly string[];
  }>({
    name: 'latency-rollup',
    sql: `SELECT intDiv(toUnixTimestamp(ts) * 1000000000 - {from:Int64}, {step:Int64}) AS bucket, sum(requests) AS total,
  sumMap(buckets) AS merged, mapKeys(merged) AS keys, mapValues(merged) AS counts
FROM latency_10s WHERE ${filter.where} GROUP BY bucket ORDER BY bucket`,
    parameters: { ...filter.parameters, step },
  });
  return rows.map(({ bucket, total, keys, counts }) => {
    const histogram = new Map(keys.map((key, i) => [key, Number(counts[i])]));
    return {
      startUnixNanos: window.fromUnixNanos + BigInt(bucket) * step,
      requests: Number(total),
      p50Nanos: quantileOf(histogram, 0.5),
      p99Nanos: quantileOf(histogram, 0.99),
    };
  });
}
