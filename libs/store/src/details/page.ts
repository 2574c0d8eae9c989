/** Pages by the numbers that rows are ordered by: what was read is never read again, and nothing between is left out. Pure. */
import type { Parameters } from '../connection/clickhouse.ts';
import type { Page, Paged, PageEnd } from './records.ts';

export interface PageSql {
  /** fixed text: condition, order and limit */
  readonly condition: string;
  readonly order: string;
  readonly parameters: Parameters;
}

const TYPE = 'UInt64';

/** `columns`: names in the query, largest first. One row more than asked for tells whether there is another page. */
export function pageSql(columns: readonly string[], { limit, after }: Page): PageSql {
  const order = `ORDER BY ${columns.map((column) => `${column} DESC`).join(', ')} LIMIT {page_limit:UInt32}`;
  if (after?.length !== columns.length) return { condition: '1', order, parameters: { page_limit: limit + 1 } };
  const values = after.map((value, i) => [`after_${i}`, value] as const);
  return {
    condition: `(${columns.join(', ')}) < (${values.map(([name]) => `{${name}:${TYPE}}`).join(', ')})`,
    order,
    parameters: { ...Object.fromEntries(values), page_limit: limit + 1 },
  };
}

export function pagedBy<Row, Out>(
  rows: readonly Row[],
  { limit }: Page,
  endOf: (row: Row) => PageEnd,
  toRow: (row: Row) => Out,
): Paged<Out> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept.map(toRow), end: rows.length > limit && last !== undefined ? endOf(last) : undefined };
}
