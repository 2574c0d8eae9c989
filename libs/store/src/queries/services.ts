/** The services that served requests in a window. */
import type { TimeWindow } from '@mapscope/events';
import type { Clickhouse } from '../connection/clickhouse.ts';
import type { ServiceSummary } from '../records.ts';
import { IN_WINDOW, windowParameters } from './filter.ts';

export async function readServices(clickhouse: Clickhouse, window: TimeWindow): Promise<readonly ServiceSummary[]> {
  const rows = await clickhouse.rows<{
    readonly service: string;
    readonly platforms: readonly string[];
    readonly requests: string;
    readonly first: string;
    readonly last: string;
  }>({
    name: 'services',
    sql: `SELECT service, arraySort(groupUniqArray(platform)) AS platforms, count() AS requests,
  toUnixTimestamp64Nano(min(ts)) AS first, toUnixTimestamp64Nano(max(ts)) AS last
FROM http_requests WHERE ${IN_WINDOW} GROUP BY service ORDER BY service`,
    parameters: windowParameters(window),
  });
  return rows.map(({ service, platforms, requests, first, last }) => ({
    service,
    platforms,
    requests: Number(requests),
    firstUnixNanos: BigInt(first),
    lastUnixNanos: BigInt(last),
  }));
}
