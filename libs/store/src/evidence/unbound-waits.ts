/** Waits that nobody knows a request of, line by line: all there is where requests carry no trace ids. */
import { BINDINGS, LOCK_KINDS } from '@mapscope/events';
import type { EvidenceQuery, UnboundWaits } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { waitFilter } from '../queries/filter.ts';
import { holderOf, SITES, type SitesRow, waiterOf } from '../queries/site-pair.ts';

const MAX_LINES = 20;
const LOCKS = [LOCK_KINDS.mutex, LOCK_KINDS.rwmutex_read, LOCK_KINDS.rwmutex_write].join(', ');

interface Row extends SitesRow {
  readonly waits: string;
  readonly nanos: string;
}

export async function readUnboundWaits(clickhouse: Clickhouse, query: EvidenceQuery): Promise<readonly UnboundWaits[]> {
  const { where, parameters } = waitFilter(query);
  const rows = await clickhouse.rows<Row>({
    name: 'evidence-unbound-waits',
    sql: `SELECT ${SITES}, count() AS waits, sum(wait_ns) AS nanos
FROM lock_waits WHERE ${where} AND binding = ${BINDINGS.none} AND lock_kind IN (${LOCKS})
GROUP BY ${SITES}
ORDER BY nanos DESC, waiter_function, waiter_line, holder_function, holder_line LIMIT ${MAX_LINES}`,
    parameters,
  });
  return rows.map((row) => ({
    waiter: waiterOf(row),
    holder: holderOf(row),
    waits: Number(row.waits),
    waitNanos: Number(row.nanos),
  }));
}
