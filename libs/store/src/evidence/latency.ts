/**
 * p50 and p99 per step, steps counted from the window's begin; steps without requests are left out.
 * Up to six hours the quantiles are exact, from the raw requests; longer windows read the ten-second histograms, or, for
 * a service with SDK spans, the raw requests by a sketch of 1 % relative error; six hours at a time where they are too many at once.
 */
import { MapscopeError, NANOS_PER_SECOND } from '@mapscope/events';
import type { EvidenceQuery, LatencyPoint } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { requestFilter, wholeIntervals, withParameters } from '../queries/filter.ts';
import { quantileOf } from './histogram.ts';
import { type RequestSource, requestSource } from './request-source.ts';

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
  const source = await requestSource(clickhouse, query, query.route !== undefined);
  const isLong = toUnixNanos - fromUnixNanos > EXACT_NANOS;
  if (isLong && source.isPlain) return readRollup(clickhouse, query, stepSeconds);
  // The roll-up knows the probe's requests and routes only: beside SDK spans the raw rows are read.
  if (!isLong) return readRaw(clickhouse, query, stepSeconds, { source, quantiles: 'quantilesExact(' });
  try {
    return await readRaw(clickhouse, query, stepSeconds, { source, quantiles: 'quantilesDD(0.01, ' });
  } catch (error) {
    const pieceNanos = EXACT_NANOS - (EXACT_NANOS % (BigInt(Math.floor(stepSeconds)) * NANOS_PER_SECOND));
    if (!isOutOfMemory(error) || !Number.isInteger(stepSeconds) || pieceNanos === 0n) throw error;
    return readPieces(clickhouse, query, stepSeconds, pieceNanos);
  }
}

/** src/Common/ErrorCodes.cpp: MEMORY_LIMIT_EXCEEDED */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof MapscopeError && error.facts['clickhouseCode'] === 241;

/** One after the other: where a day has millions of spans, holding all against its requests takes more memory than a question may. */
async function readPieces(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  stepSeconds: number,
  pieceNanos: bigint,
): Promise<readonly LatencyPoint[]> {
  const points: LatencyPoint[] = [];
  const { fromUnixNanos: first, toUnixNanos: end } = query.window;
  for (let fromUnixNanos = first; fromUnixNanos < end; fromUnixNanos += pieceNanos) {
    const toUnixNanos = fromUnixNanos + pieceNanos < end ? fromUnixNanos + pieceNanos : end;
    const piece = { ...query, window: { fromUnixNanos, toUnixNanos } };
    points.push(...(await readLatency(clickhouse, piece, stepSeconds)));
  }
  return points;
}

interface RawNeeds {
  readonly source: RequestSource;
  /** aggregate function, up to its levels */
  readonly quantiles: string;
}

async function readRaw(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  stepSeconds: number,
  { source, quantiles }: RawNeeds,
): Promise<readonly LatencyPoint[]> {
  const filter = withParameters(requestFilter(query), source.parameters);
  const step = BigInt(stepSeconds) * NANOS_PER_SECOND;
  const rows = await clickhouse.rows<{
    readonly bucket: string;
    readonly requests: string;
    readonly quantiles: readonly (string | number)[];
  }>({
    name: 'latency-raw',
    sql: `SELECT intDiv(toUnixTimestamp64Nano(ts) - {from:Int64}, {step:Int64}) AS bucket, count() AS requests,
  ${quantiles}0.5, 0.99)(duration_ns) AS quantiles
FROM ${source.from} WHERE ${filter.where} GROUP BY bucket ORDER BY bucket`,
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
  mapKeys(sumMap(buckets) AS merged) AS keys, mapValues(merged) AS counts
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
