/**
 * The slowest request of each part of a window, to be marked on a chart. The roll-up's maxima say in which ten seconds
 * they lie, so that a window of millions costs the rows of a few minutes.
 */
import { NANOS_PER_SECOND, TRACE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../../connection/clickhouse.ts';
import { requestFilter, wholeIntervals } from '../filter.ts';
import type { SlowRequest } from './records.ts';

export async function readSlowest(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  limit: number,
): Promise<readonly SlowRequest[]> {
  const peaks = await readPeaks(clickhouse, query, limit);
  if (peaks.length === 0) return [];
  const filter = requestFilter(query);
  const rows = await clickhouse.rows<{
    readonly start: string;
    readonly duration_ns: string;
    readonly trace: string;
    readonly route: string;
  }>({
    name: 'slowest',
    sql: `SELECT toUnixTimestamp64Nano(ts) AS start, duration_ns, lower(hex(trace_id)) AS trace, toString(route) AS route
FROM http_requests
WHERE ${filter.where} AND toStartOfMinute(ts) IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt64)}), 'UTC'))
  AND duration_ns IN {durations:Array(UInt64)} AND trace_source != ${TRACE_SOURCES.none}
ORDER BY ts LIMIT {limit:UInt32}`,
    parameters: {
      ...filter.parameters,
      minutes: [...new Set(peaks.map(({ second }) => second - (second % 60n)))],
      durations: [...new Set(peaks.map(({ longest }) => longest))],
      limit,
    },
  });
  return rows.map(({ start, duration_ns: duration, trace, route }) => ({
    startUnixNanos: BigInt(start),
    durationNanos: Number(duration),
    traceId: trace,
    route,
  }));
}

interface Peak {
  readonly second: bigint;
  readonly longest: bigint;
}

/** The longest of each of so many parts of the window, and its ten seconds. */
async function readPeaks(clickhouse: Clickhouse, query: EvidenceQuery, parts: number): Promise<readonly Peak[]> {
  const window = wholeIntervals(query.window, 10n * NANOS_PER_SECOND);
  const filter = requestFilter({ ...query, window });
  const part = (window.toUnixNanos - window.fromUnixNanos) / NANOS_PER_SECOND / BigInt(parts) + 1n;
  const rows = await clickhouse.rows<{ readonly second: string; readonly longest: string }>({
    name: 'slowest-peaks',
    sql: `SELECT toUnixTimestamp(argMax(ts, max_ns)) AS second, max(max_ns) AS longest
FROM latency_10s WHERE ${filter.where}
GROUP BY intDiv(toUnixTimestamp(ts) - intDiv({from:Int64}, 1000000000), {part:Int64})`,
    parameters: { ...filter.parameters, part },
  });
  return rows.map(({ second, longest }) => ({ second: BigInt(second), longest: BigInt(longest) }));
}
