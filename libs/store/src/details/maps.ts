/** Maps by address: which were used and fought over, and which lines met in one of them. */
import { MAP_EVENT_KINDS, MAP_OPS, type MapOp } from '@mapscope/events';
import type { CodeSite, EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { addressText, lockKindOf } from '../names.ts';
import { waitFilter } from '../queries/filter.ts';
import { pagedBy, pageSql } from './page.ts';
import type { MapCell, MapRecord, MapRow, MapTotals, Page, Paged, PageEnd } from './records.ts';

const MAX_ROWS = 100;
const { count, write, conflict, guard } = MAP_EVENT_KINDS;
const WRITES = [MAP_OPS.assign, MAP_OPS.delete, MAP_OPS.clear].join(', ');

/** Rows of kind write are picked out of those that kind count holds: the larger of both is told, never their sum. */
const TOTALS = `sumIf(count, kind = ${count}) AS operations,
  greatest(sumIf(count, kind = ${count} AND op IN (${WRITES})), sumIf(count, kind = ${write})) AS writes,
  countIf(kind = ${conflict}) AS conflicts`;

interface TotalsRow {
  readonly operations: string;
  readonly writes: string;
  readonly conflicts: string;
}

interface SiteRow {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

const totalsOf = (row: TotalsRow): MapTotals => ({
  operations: Number(row.operations),
  writes: Number(row.writes),
  conflicts: Number(row.conflicts),
});
const siteOf = ({ function: name, file, line }: SiteRow): CodeSite => ({ function: name, file, line });

export async function readMaps(clickhouse: Clickhouse, query: EvidenceQuery, page: Page): Promise<Paged<MapRow>> {
  const filter = waitFilter(query);
  const { condition, order, parameters } = pageSql(['conflicts', 'operations', 'address'], page);
  type Row = TotalsRow & { address: string; type: string; site: SiteRow; all_platforms: string[] };
  const rows = await clickhouse.rows<Row>({
    name: 'maps',
    sql: `SELECT map_addr AS address, max(toString(map_type)) AS type, ${TOTALS},
  argMax(CAST((function, file, line), 'Tuple(function String, file String, line UInt32)'), (kind = ${conflict}, count)) AS site,
  arraySort(groupUniqArray(20)(toString(platform))) AS all_platforms
FROM map_events WHERE ${filter.where} GROUP BY address HAVING ${condition} ${order}`,
    parameters: { ...filter.parameters, ...parameters },
  });
  const endOf = (row: Row): PageEnd => [BigInt(row.conflicts), BigInt(row.operations), BigInt(row.address)];
  return pagedBy(rows, page, endOf, (row) => ({
    ...totalsOf(row),
    address: addressText(BigInt(row.address)),
    mapType: row.type,
    site: siteOf(row.site),
    platforms: row.all_platforms,
  }));
}

const OF_MAP = 'map_addr = {address:UInt64}';

export async function readMap(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
  page: Page,
): Promise<MapRecord | undefined> {
  const filter = waitFilter(query);
  const [totals] = await clickhouse.rows<TotalsRow & { types: string[]; events: string }>({
    name: 'map',
    sql: `SELECT ${TOTALS}, arraySort(groupUniqArrayIf(20)(toString(map_type), map_type != '')) AS types, count() AS events
FROM map_events WHERE ${filter.where} AND ${OF_MAP}`,
    parameters: { ...filter.parameters, address },
  });
  if (totals === undefined || totals.events === '0') return undefined;
  const [uses, matrix, guardedBy] = await Promise.all([
    readUses(clickhouse, query, address),
    readCells(clickhouse, query, address, page),
    readGuards(clickhouse, query, address),
  ]);
  return { ...totalsOf(totals), mapTypes: totals.types, uses, matrix, guardedBy };
}

// Object.entries widens keys to string; they are the keys of MAP_OPS.
const opNames = new Map((Object.entries(MAP_OPS) as [MapOp, number][]).map(([name, number]) => [number, name]));

async function readUses(clickhouse: Clickhouse, query: EvidenceQuery, address: bigint): Promise<MapRecord['uses']> {
  const filter = waitFilter(query);
  const rows = await clickhouse.rows<SiteRow & { op: number; platform: string; uses: string }>({
    name: 'map-uses',
    sql: `SELECT function, file, line, op, platform, sum(count) AS uses FROM map_events
WHERE ${filter.where} AND ${OF_MAP} AND kind = ${count}
GROUP BY function, file, line, op, platform ORDER BY uses DESC, function, file, line, op, platform LIMIT ${MAX_ROWS}`,
    parameters: { ...filter.parameters, address },
  });
  return rows.map((row) => ({
    site: siteOf(row),
    op: opNames.get(row.op) ?? 'none',
    platform: row.platform,
    count: Number(row.uses),
  }));
}

async function readCells(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
  page: Page,
): Promise<Paged<MapCell>> {
  const filter = waitFilter(query);
  const { condition, order, parameters } = pageSql(['met', 'cell'], page);
  const both = 'function, file, line, other_function, other_file, other_line, platform';
  type Row = SiteRow & { other_function: string; other_file: string; other_line: number } & {
    platform: string;
    met: string;
    longest: string;
    seen: number;
    cell: string;
  };
  const rows = await clickhouse.rows<Row>({
    name: 'map-matrix',
    sql: `SELECT ${both}, count() AS met, max(window_ns) AS longest, max(flag_seen) AS seen, cityHash64(${both}) AS cell
FROM map_events WHERE ${filter.where} AND ${OF_MAP} AND kind = ${conflict} GROUP BY ${both} HAVING ${condition} ${order}`,
    parameters: { ...filter.parameters, ...parameters, address },
  });
  const endOf = (row: Row): PageEnd => [BigInt(row.met), BigInt(row.cell)];
  return pagedBy(rows, page, endOf, (row) => ({
    site: siteOf(row),
    other:
      row.other_function === ''
        ? undefined
        : { function: row.other_function, file: row.other_file, line: row.other_line },
    platform: row.platform,
    conflicts: Number(row.met),
    maxInsideNanos: Number(row.longest),
    isSeenByRuntime: row.seen === 1,
  }));
}

async function readGuards(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  address: bigint,
): Promise<MapRecord['guardedBy']> {
  const filter = waitFilter(query);
  const rows = await clickhouse.rows<SiteRow & { lock: string; lock_type: number; uses: string }>({
    name: 'map-guards',
    sql: `SELECT lock_addr AS lock, any(lock_kind) AS lock_type, lock_function AS function, lock_file AS file, lock_line AS line,
  sum(count) AS uses FROM map_events
WHERE ${filter.where} AND ${OF_MAP} AND kind = ${guard}
GROUP BY lock, function, file, line ORDER BY uses DESC, lock, line LIMIT ${MAX_ROWS}`,
    parameters: { ...filter.parameters, address },
  });
  return rows.map((row) => ({
    lockAddress: addressText(BigInt(row.lock)),
    lockKind: lockKindOf(row.lock_type),
    site: siteOf(row),
    count: Number(row.uses),
  }));
}
