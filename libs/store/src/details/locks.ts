/** Locks by address: which were waited for most, and who waited for whom on one of them. */
import { MAP_EVENT_KINDS } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText, lockKindOf } from '../names.ts';
import { waitFilter } from '../queries/filter.ts';
import { holderOf, SITES, type SitesRow, waiterOf } from '../queries/site-pair.ts';
import { pagedBy, pageSql } from './page.ts';
import { readPlatforms } from './platforms.ts';
import type { LockCell, LockRecord, LockRow, Page, Paged, PageEnd, WaitTotals } from './records.ts';

const MAX_GUARDS = 20;
const MAX_EXEMPLARS = 5;

interface TotalsRow {
  readonly all_waits: string;
  readonly all_wait: string;
  readonly longest: string;
}

const totalsOf = (row: TotalsRow): WaitTotals => ({
  waits: Number(row.all_waits),
  waitNanos: Number(row.all_wait),
  maxWaitNanos: Number(row.longest),
});

export async function readLocks(clickhouse: Clickhouse, query: EvidenceQuery, page: Page): Promise<Paged<LockRow>> {
  const filter = waitFilter(query);
  const { condition, order, parameters } = pageSql(['all_wait', 'address'], page);
  type Row = TotalsRow & { address: string; pair: SitesRow; kind: number; all_sched: string } & {
    processes: string;
    all_platforms: string[];
  };
  const rows = await clickhouse.rows<Row>({
    name: 'locks',
    // The pair of lines with most of the wait stands for the lock; one scan, cells first.
    sql: `SELECT address, sum(cell_waits) AS all_waits, sum(cell_wait) AS all_wait, max(cell_longest) AS longest,
  sum(cell_sched) AS all_sched, argMax(cell_kind, cell_wait) AS kind, argMax(cell_pair, cell_wait) AS pair,
  uniqExactMerge(cell_processes) AS processes, arraySort(groupUniqArrayArray(20)(cell_platforms)) AS all_platforms
FROM (
  SELECT lock_addr AS address, count() AS cell_waits, sum(wait_ns) AS cell_wait, max(wait_ns) AS cell_longest,
    sum(sched_ns) AS cell_sched, any(lock_kind) AS cell_kind, uniqExactState(agent, pid) AS cell_processes,
    groupUniqArray(20)(toString(platform)) AS cell_platforms,
    CAST((${SITES}), 'Tuple(waiter_function String, waiter_file String, waiter_line UInt32, holder_function String, holder_file String, holder_line UInt32)') AS cell_pair
  FROM lock_waits WHERE ${filter.where} GROUP BY address, ${SITES}
) GROUP BY address HAVING ${condition} ${order}`,
    parameters: { ...filter.parameters, ...parameters },
  });
  const endOf = (row: Row): PageEnd => [BigInt(row.all_wait), BigInt(row.address)];
  return pagedBy(rows, page, endOf, (row) => ({
    ...totalsOf(row),
    address: addressText(BigInt(row.address)),
    lockKind: lockKindOf(row.kind),
    schedNanos: Number(row.all_sched),
    waiter: waiterOf(row.pair),
    holder: holderOf(row.pair),
    processes: Number(row.processes),
    platforms: row.all_platforms,
  }));
}

const OF_LOCK = 'lock_addr = {address:UInt64}';

export async function readLock(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
  page: Page,
): Promise<LockRecord | undefined> {
  const filter = waitFilter(query);
  const [totals] = await clickhouse.rows<TotalsRow & { kinds: number[]; all_sched: string; processes: string }>({
    name: 'lock',
    sql: `SELECT count() AS all_waits, sum(wait_ns) AS all_wait, max(wait_ns) AS longest, sum(sched_ns) AS all_sched,
  arraySort(groupUniqArray(toUInt32(lock_kind))) AS kinds, uniqExact(agent, pid) AS processes
FROM lock_waits WHERE ${filter.where} AND ${OF_LOCK}`,
    parameters: { ...filter.parameters, address },
  });
  if (totals === undefined || totals.all_waits === '0') return undefined;
  const [platforms, matrix, guards, exemplarTraceIds] = await Promise.all([
    readPlatforms(clickhouse, query, address),
    readCells(clickhouse, query, address, page),
    readGuards(clickhouse, query, address),
    readExemplars(clickhouse, query, address),
  ]);
  return {
    ...totalsOf(totals),
    lockKinds: totals.kinds.map(lockKindOf),
    schedNanos: Number(totals.all_sched),
    processes: Number(totals.processes),
    platforms,
    matrix,
    guards,
    exemplarTraceIds,
  };
}

async function readCells(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
  page: Page,
): Promise<Paged<LockCell>> {
  const filter = waitFilter(query);
  const { condition, order, parameters } = pageSql(['all_wait', 'cell'], page);
  type Row = TotalsRow & SitesRow & { readonly platform: string; readonly cell: string };
  const rows = await clickhouse.rows<Row>({
    name: 'lock-matrix',
    sql: `SELECT ${SITES}, platform, count() AS all_waits, sum(wait_ns) AS all_wait, max(wait_ns) AS longest,
  cityHash64(${SITES}, platform) AS cell
FROM lock_waits WHERE ${filter.where} AND ${OF_LOCK} GROUP BY ${SITES}, platform HAVING ${condition} ${order}`,
    parameters: { ...filter.parameters, ...parameters, address },
  });
  const endOf = (row: Row): PageEnd => [BigInt(row.all_wait), BigInt(row.cell)];
  return pagedBy(rows, page, endOf, (row) => ({
    ...totalsOf(row),
    waiter: waiterOf(row),
    holder: holderOf(row),
    platform: row.platform,
  }));
}

async function readGuards(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
): Promise<LockRecord['guards']> {
  const filter = waitFilter(query);
  const rows = await clickhouse.rows<{ type: string; function: string; file: string; line: number; uses: string }>({
    name: 'lock-guards',
    sql: `SELECT map_type AS type, function, file, line, sum(count) AS uses FROM map_events
WHERE ${filter.where} AND kind = ${MAP_EVENT_KINDS.guard} AND ${OF_LOCK}
GROUP BY type, function, file, line ORDER BY uses DESC, type, function, line LIMIT ${MAX_GUARDS}`,
    parameters: { ...filter.parameters, address },
  });
  return rows.map(({ type, function: name, file, line, uses }) => ({
    mapType: type,
    site: { function: name, file, line },
    count: Number(uses),
  }));
}

async function readExemplars(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
): Promise<readonly string[]> {
  const filter = waitFilter(query);
  const rows = await clickhouse.rows<{ readonly trace: string }>({
    name: 'lock-exemplars',
    sql: `SELECT lower(hex(trace_id)) AS trace FROM lock_waits
WHERE ${filter.where} AND ${OF_LOCK} AND trace_id != toFixedString('', 16)
GROUP BY trace_id ORDER BY max(wait_ns) DESC, trace LIMIT ${MAX_EXEMPLARS}`,
    parameters: { ...filter.parameters, address },
  });
  return rows.map(({ trace }) => trace);
}
