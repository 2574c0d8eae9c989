/**
 * How many requests took how long, by time: a chart of cells. Few requests are read one by one, finely; many by the
 * ten-second roll-up, whose rows are as many for ten requests as for ten million.
 */
import { NANOS_PER_SECOND } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Query } from '../../connection/clickhouse.ts';
import { quantileOf, type Histogram } from '../../evidence/histogram.ts';
import { type RequestSource, requestSource } from '../../evidence/request-source.ts';
import { LATENCY_BUCKETS_PER_OCTAVE } from '../../migrations/0003-rollups.ts';
import { requestFilter, wholeIntervals, withParameters } from '../filter.ts';
import type { LatencyHeatmap } from './records.ts';

/** Of so many single rows 2 cores make cells in about 50 ms; beyond, the roll-up does. */
const MAX_RAW_REQUESTS = 2_000_000;
const RAW_BUCKETS_PER_OCTAVE = 8;
const ROLLUP_NANOS = 10n * NANOS_PER_SECOND;

interface Row {
  readonly step: string;
  readonly keys: readonly number[];
  readonly counts: readonly string[];
}

export async function readHeatmap(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  stepSeconds: number,
): Promise<LatencyHeatmap> {
  const source = await requestSource(clickhouse, query);
  const step = BigInt(stepSeconds) * NANOS_PER_SECOND;
  // The roll-up knows the probe's requests and routes only.
  const isRollup = source.isPlain && (await countRequests(clickhouse, query)) > MAX_RAW_REQUESTS;
  if (!isRollup) {
    const rows = await clickhouse.rows<Row>(rawQuery(query, step, source));
    return toHeatmap(rows, { from: query.window.fromUnixNanos, step, source: 'requests' });
  }
  const whole = wholeIntervals(query.window, ROLLUP_NANOS);
  const wholeStep = ((step + ROLLUP_NANOS - 1n) / ROLLUP_NANOS) * ROLLUP_NANOS;
  const rows = await clickhouse.rows<Row>(rollupQuery({ ...query, window: whole }, wholeStep));
  return toHeatmap(rows, { from: whole.fromUnixNanos, step: wholeStep, source: 'rollup' });
}

async function countRequests(clickhouse: Clickhouse, query: EvidenceQuery): Promise<number> {
  const filter = requestFilter({ ...query, window: wholeIntervals(query.window, ROLLUP_NANOS) });
  const [row] = await clickhouse.rows<{ readonly total: string }>({
    name: 'heatmap-count',
    sql: `SELECT sum(requests) AS total FROM latency_10s WHERE ${filter.where}`,
    parameters: filter.parameters,
  });
  return Number(row?.total ?? 0);
}

function rawQuery(query: EvidenceQuery, step: bigint, source: RequestSource): Query {
  const filter = withParameters(requestFilter(query), source.parameters);
  return {
    name: 'heatmap-raw',
    sql: `SELECT step, groupArray(bucket) AS keys, groupArray(requests) AS counts FROM (
  SELECT intDiv(toUnixTimestamp64Nano(ts) - {from:Int64}, {step:Int64}) AS step,
    toUInt16(floor(${RAW_BUCKETS_PER_OCTAVE} * log2(greatest(duration_ns, 1)))) AS bucket, count() AS requests
  FROM ${source.from} WHERE ${filter.where} GROUP BY step, bucket ORDER BY step, bucket
) GROUP BY step ORDER BY step`,
    parameters: { ...filter.parameters, step },
  };
}

function rollupQuery(query: EvidenceQuery, step: bigint): Query {
  const filter = requestFilter(query);
  return {
    name: 'heatmap-rollup',
    sql: `SELECT intDiv(toUnixTimestamp(ts) * 1000000000 - {from:Int64}, {step:Int64}) AS step,
  mapKeys(sumMap(buckets) AS merged) AS keys, mapValues(merged) AS counts
FROM latency_10s WHERE ${filter.where} GROUP BY step ORDER BY step`,
    parameters: { ...filter.parameters, step },
  };
}

interface Grid {
  readonly from: bigint;
  readonly step: bigint;
  readonly source: LatencyHeatmap['source'];
}

function toHeatmap(rows: readonly Row[], { from, step, source }: Grid): LatencyHeatmap {
  const bucketsPerOctave = source === 'rollup' ? LATENCY_BUCKETS_PER_OCTAVE : RAW_BUCKETS_PER_OCTAVE;
  const histograms = rows.map(({ keys, counts }): Histogram => new Map(keys.map((key, i) => [key, Number(counts[i])])));
  const quantiles = (level: number): readonly number[] =>
    histograms.map((histogram) => quantileOf(histogram, level, bucketsPerOctave));
  const cells = histograms.flatMap((histogram, at) =>
    [...histogram].map(([bucket, requests]) => [at, bucket, requests]),
  );
  const column = (index: number): readonly number[] => cells.map((cell) => cell[index] ?? 0);
  return {
    stepNanos: step,
    bucketsPerOctave,
    source,
    startUnixNanos: rows.map((row) => from + BigInt(row.step) * step),
    requests: histograms.map((histogram) => [...histogram.values()].reduce((sum, n) => sum + n, 0)),
    p50Nanos: quantiles(0.5),
    p99Nanos: quantiles(0.99),
    cells: { steps: column(0), buckets: column(1), requests: column(2) },
  };
}
