/** Per platform: its requests, those whose own goroutine waited, and how long. All locks, or one. */
import { BINDINGS, TRACE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { requestSource } from '../evidence/request-source.ts';
import { waitsOf } from '../queries/contention.ts';
import { requestFilter, waitFilter, withParameters } from '../queries/filter.ts';
import type { PlatformWaits } from './records.ts';

const MAX_PLATFORMS = 100;

interface ServedRow {
  readonly platform: string;
  readonly requests: string;
  readonly waiting: string;
  readonly wall: string;
}

interface WaitedRow {
  readonly platform: string;
  readonly waits: string;
  readonly wait: string;
}

export async function readPlatforms(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address?: bigint,
): Promise<readonly PlatformWaits[]> {
  const source = await requestSource(clickhouse, query);
  const ofLock = address === undefined ? '' : ' AND lock_addr = {address:UInt64}';
  const named = address === undefined ? {} : { address };
  const requests = withParameters(requestFilter(query), source.parameters);
  const near = waitFilter(query);
  const waits = waitsOf(query, query.route === undefined ? undefined : source);
  const [served, waited] = await Promise.all([
    clickhouse.rows<ServedRow>({
      name: 'platform-requests',
      sql: `SELECT platform, count() AS requests, sum(duration_ns) AS wall,
  countIf(trace_source != ${TRACE_SOURCES.none}
    AND trace_id IN (SELECT trace_id FROM lock_waits WHERE ${near.where}${ofLock} AND binding = ${BINDINGS.exact})) AS waiting
FROM ${source.from} WHERE ${requests.where} GROUP BY platform ORDER BY requests DESC, platform LIMIT ${MAX_PLATFORMS}`,
      parameters: { ...requests.parameters, ...near.parameters, ...named },
    }),
    clickhouse.rows<WaitedRow>({
      name: 'platform-waits',
      sql: `SELECT platform, count() AS waits, sum(wait_ns) AS wait FROM lock_waits
WHERE ${waits.where}${ofLock} GROUP BY platform ORDER BY wait DESC, platform LIMIT ${MAX_PLATFORMS}`,
      parameters: { ...waits.parameters, ...named },
    }),
  ]);
  const platforms = new Set([...served, ...waited].map(({ platform }) => platform));
  return [...platforms].map((platform) => toRow(platform, ofPlatform(served, platform), ofPlatform(waited, platform)));
}

const ofPlatform = <Row extends { readonly platform: string }>(rows: readonly Row[], name: string): Row | undefined =>
  rows.find(({ platform }) => platform === name);

const toRow = (platform: string, served?: ServedRow, waited?: WaitedRow): PlatformWaits => ({
  platform,
  requests: Number(served?.requests ?? 0),
  waitingRequests: Number(served?.waiting ?? 0),
  requestNanos: Number(served?.wall ?? 0),
  waits: Number(waited?.waits ?? 0),
  waitNanos: Number(waited?.wait ?? 0),
});
