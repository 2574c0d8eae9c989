/** One latency sample per request of the window, oldest first. */
import type { EvidenceQuery, RequestColumns } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { bigints, floats, integers, rowsOf, traceIds, words } from './columns.ts';
import { cutOf, MAX_REQUESTS } from './cut.ts';
import { PROCESS } from './request-source.ts';

export async function readRequests(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  bound = MAX_REQUESTS,
): Promise<RequestColumns> {
  const { total, kept, from } = await cutOf(clickhouse, query, bound);
  const blocks = await clickhouse.blocks({
    name: 'evidence-requests',
    sql: `SELECT toUnixTimestamp64Nano(ts) AS start, toFloat64(duration_ns) AS duration, trace_id, route, platform,
  if(pid = 0, toUInt32(0), ${PROCESS}) AS process, toFloat64(goid) AS goroutine
FROM ${from} WHERE ${kept.where} ORDER BY ts, trace_id, span_id`,
    parameters: kept.parameters,
  });
  return {
    count: rowsOf(blocks),
    startUnixNanos: bigints(blocks, 'start'),
    durationNanos: floats(blocks, 'duration'),
    traceIds: traceIds(blocks, 'trace_id'),
    routes: words(blocks, 'route'),
    platforms: words(blocks, 'platform'),
    total: total ?? rowsOf(blocks),
    processes: integers(blocks, 'process'),
    goids: floats(blocks, 'goroutine'),
  };
}
