/**
 * Who calls whom. A call knows the host it went to; which service answered there is told by the traces of some calls: the
 * request of the same trace that began while the call was under way.
 *
 *   order    ├──────── call to stock:8080 ────────┤
 *   stock        ├──────── request ────────┤             so stock:8080 is stock
 *   depot             ├── request ──┤                    within the call of stock, not here
 */
import { NANOS_PER_SECOND, TRACE_SOURCES, type TimeWindow } from '@mapscope/events';
import type { Clickhouse } from '../../connection/clickhouse.ts';
import { quantileOf } from '../../evidence/histogram.ts';
import { IN_WINDOW, windowParameters, wholeIntervals } from '../filter.ts';
import type { MapEdge, MapNode, ServiceMap } from './records.ts';

const MAX_NODES = 200;
const MAX_EDGES = 1000;
/** Calls of one service to one host that are followed. */
const MAX_FOLLOWED = 100;

export async function readServiceMap(clickhouse: Clickhouse, window: TimeWindow): Promise<ServiceMap> {
  const [nodes, edges, targets] = await Promise.all([
    readNodes(clickhouse, wholeIntervals(window, 10n * NANOS_PER_SECOND)),
    readEdges(clickhouse, window),
    readTargets(clickhouse, window),
  ]);
  return {
    nodes,
    edges: edges.map((edge) => ({ ...edge, target: targets.get(`${edge.service} ${edge.host}`) })),
  };
}

async function readNodes(clickhouse: Clickhouse, window: TimeWindow): Promise<readonly MapNode[]> {
  const [requests, waits] = await Promise.all([
    clickhouse.rows<{
      readonly service: string;
      readonly total: string;
      readonly duration: string;
      readonly keys: readonly number[];
      readonly counts: readonly string[];
    }>({
      name: 'map-nodes',
      sql: `SELECT service, sum(requests) AS total, sum(duration_ns) AS duration,
  mapKeys(sumMap(buckets) AS merged) AS keys, mapValues(merged) AS counts
FROM latency_10s WHERE ${IN_WINDOW} GROUP BY service ORDER BY total DESC LIMIT ${MAX_NODES}`,
      parameters: windowParameters(window),
    }),
    clickhouse.rows<{ readonly service: string; readonly wait: string }>({
      name: 'map-waits',
      sql: `SELECT service, sum(wait_ns) AS wait FROM contention_10s WHERE ${IN_WINDOW} GROUP BY service`,
      parameters: windowParameters(window),
    }),
  ]);
  const waitOf = new Map(waits.map(({ service, wait }) => [service, Number(wait)]));
  return requests.map(({ service, total, duration, keys, counts }) => ({
    service,
    requests: Number(total),
    durationNanos: Number(duration),
    p99Nanos: quantileOf(new Map(keys.map((key, i) => [key, Number(counts[i])])), 0.99),
    waitNanos: waitOf.get(service) ?? 0,
  }));
}

type Untargeted = Omit<MapEdge, 'target'>;

async function readEdges(clickhouse: Clickhouse, window: TimeWindow): Promise<readonly Untargeted[]> {
  const rows = await clickhouse.rows<{
    readonly service: string;
    readonly host: string;
    readonly calls: string;
    readonly failed: string;
    readonly duration: string;
    readonly p99: number;
  }>({
    name: 'map-edges',
    sql: `SELECT service, host, count() AS calls, countIf(error = 1 OR status >= 500) AS failed, sum(duration_ns) AS duration,
  quantileDD(0.01, 0.99)(duration_ns) AS p99
FROM client_requests WHERE ${IN_WINDOW} GROUP BY service, host ORDER BY calls DESC, service, host LIMIT ${MAX_EDGES}`,
    parameters: windowParameters(window),
  });
  return rows.map(({ service, host, calls, failed, duration, p99 }) => ({
    service,
    host,
    calls: Number(calls),
    failed: Number(failed),
    durationNanos: Number(duration),
    p99Nanos: p99,
  }));
}

/**
 * "service host" → service that answered there, by most of the calls that were followed. A request belongs to the call that
 * began last before it and was under way: of calls one within the other, the inner one.
 */
async function readTargets(clickhouse: Clickhouse, window: TimeWindow): Promise<ReadonlyMap<string, string>> {
  const calls = `SELECT service, host, trace_id, span_id, toUnixTimestamp64Nano(ts) AS begin, begin + toInt64(duration_ns) AS ended
    FROM client_requests WHERE ${IN_WINDOW} AND trace_id != toFixedString('', 16)
    ORDER BY ts DESC, trace_id LIMIT ${MAX_FOLLOWED} BY service, host`;
  const rows = await clickhouse.rows<{ readonly service: string; readonly host: string; readonly target: string }>({
    name: 'map-targets',
    sql: `SELECT caller.1 AS service, caller.2 AS host, argMax(answered, times) AS target FROM (
  SELECT caller, answered, count() AS times FROM (
    SELECT served.service AS answered, argMax((toString(call.service), toString(call.host)), call.begin) AS caller
    FROM (${calls}) AS call
    INNER JOIN (
      SELECT toString(service) AS service, trace_id, span_id, toUnixTimestamp64Nano(ts) AS begin FROM http_requests
      WHERE ${IN_WINDOW} AND trace_source != ${TRACE_SOURCES.none} AND trace_id IN (SELECT trace_id FROM (${calls}))
    ) AS served ON call.trace_id = served.trace_id
    WHERE served.span_id != call.span_id AND served.begin BETWEEN call.begin AND call.ended
    GROUP BY answered, call.trace_id, served.span_id, served.begin
  ) GROUP BY caller, answered
) GROUP BY caller`,
    parameters: windowParameters(window),
  });
  return new Map(rows.map(({ service, host, target }) => [`${service} ${host}`, target]));
}
