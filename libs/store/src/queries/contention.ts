/**
 * Who waited for whom, most waited first. Windows up to six hours, and all with a route, read the raw waits; longer ones
 * the ten-second roll-up. All waits count here, bound to a request or not.
 */
import { NANOS_PER_SECOND } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse, Query } from '../connection/clickhouse.ts';
import { PROBE_ONLY, type RequestSource, requestSource } from '../evidence/request-source.ts';
import { lockKindOf } from '../names.ts';
import type { ContentionRow } from '../records.ts';
import { type Filter, requestFilter, waitFilter, wholeIntervals, withParameters } from './filter.ts';
import { holderOf, SITES, type SitesRow, waiterOf } from './site-pair.ts';

const RAW_NANOS = 6n * 3600n * NANOS_PER_SECOND;
const MAX_ROWS = 1_000;

/** Whether the raw waits are read, not the roll-up. */
export const isRaw = ({ route, window }: EvidenceQuery): boolean =>
  route !== undefined || window.toUnixNanos - window.fromUnixNanos <= RAW_NANOS;

/** Σ durations without a route: routes do not matter to it. */
export const ROLLUP: RequestSource = { ...PROBE_ONLY, from: 'latency_10s' };

interface Row extends SitesRow {
  readonly lock_kind: number;
  readonly platform: string;
  readonly all_waits: string;
  readonly all_wait: string;
  readonly all_sched: string;
  readonly longest: string;
  readonly all_locks: string;
}

export async function readContention(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  limit: number,
): Promise<readonly ContentionRow[]> {
  const raw = isRaw(query);
  const source = query.route === undefined ? undefined : await requestSource(clickhouse, query);
  const rows = Math.min(MAX_ROWS, Math.max(1, Math.floor(limit)));
  const [found, wall] = await Promise.all([
    clickhouse.rows<Row>(raw ? rawQuery(query, rows, source) : rollupQuery(query, rows)),
    readWallTime(clickhouse, query, source ?? (raw ? PROBE_ONLY : ROLLUP)),
  ]);
  return found.map((row) => toRow(row, wall.get(row.platform) ?? 0));
}

/** `ofRoute`: where the requests of the route asked for are; undefined without one. */
function rawQuery(query: EvidenceQuery, limit: number, ofRoute?: RequestSource): Query {
  const { where, parameters } = waitsOf(query, ofRoute);
  return {
    name: 'contention-raw',
    sql: `SELECT ${SITES}, lock_kind, platform, count() AS all_waits, sum(wait_ns) AS all_wait, sum(sched_ns) AS all_sched,
  max(wait_ns) AS longest, uniqExact(lock_addr) AS all_locks
FROM lock_waits WHERE ${where}
GROUP BY ${SITES}, lock_kind, platform ORDER BY all_wait DESC, ${SITES} LIMIT {limit:UInt32}`,
    parameters: { ...parameters, limit },
  };
}

/** Which rows of lock_waits; with a route those of its requests. */
export function waitsOf(query: EvidenceQuery, ofRoute?: RequestSource): Filter {
  const waits = waitFilter(query);
  if (ofRoute === undefined) return waits;
  const requests = withParameters(requestFilter(query), ofRoute.parameters);
  return {
    where: `${waits.where} AND trace_id IN (SELECT trace_id FROM ${ofRoute.from} WHERE ${requests.where})`,
    parameters: { ...requests.parameters, ...waits.parameters },
  };
}

function rollupQuery(query: EvidenceQuery, limit: number): Query {
  const waits = waitFilter({ ...query, window: wholeIntervals(query.window, 10n * NANOS_PER_SECOND) });
  return {
    name: 'contention-rollup',
    sql: `SELECT ${SITES}, lock_kind, platform, sum(waits) AS all_waits, sum(wait_ns) AS all_wait, sum(sched_ns) AS all_sched,
  max(max_wait_ns) AS longest, uniqCombinedMerge(12)(locks) AS all_locks
FROM contention_10s WHERE ${waits.where}
GROUP BY ${SITES}, lock_kind, platform ORDER BY all_wait DESC, ${SITES} LIMIT {limit:UInt32}`,
    parameters: { ...waits.parameters, limit },
  };
}

/** platform → Σ duration of the requests asked for */
async function readWallTime(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  source: RequestSource,
): Promise<ReadonlyMap<string, number>> {
  const window = source === ROLLUP ? wholeIntervals(query.window, 10n * NANOS_PER_SECOND) : query.window;
  const filter = withParameters(requestFilter({ ...query, window }), source.parameters);
  const rows = await clickhouse.rows<{ readonly platform: string; readonly wall: string }>({
    name: 'contention-wall-time',
    sql: `SELECT platform, sum(duration_ns) AS wall FROM ${source.from} WHERE ${filter.where} GROUP BY platform`,
    parameters: filter.parameters,
  });
  return new Map(rows.map(({ platform, wall }) => [platform, Number(wall)]));
}

function toRow(row: Row, wallNanos: number): ContentionRow {
  return {
    waiter: waiterOf(row),
    holder: holderOf(row),
    lockKind: lockKindOf(row.lock_kind),
    platform: row.platform,
    waits: Number(row.all_waits),
    waitNanos: Number(row.all_wait),
    schedNanos: Number(row.all_sched),
    maxWaitNanos: Number(row.longest),
    locks: Number(row.all_locks),
    ratio: wallNanos === 0 ? 0 : Number(row.all_wait) / wallNanos,
  };
}
