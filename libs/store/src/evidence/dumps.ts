/**
 * State changes of goroutines, each with its end, out of the dumps of the flight recorder. Fixed text. Dumps that lie close
 * together repeat changes; whoever sums them up unites what overlaps.
 */
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';

const OF_GOROUTINE = 'PARTITION BY agent, pid, dump_ts, goid ORDER BY ts, new_state';

/** Columns of goroutine_events, and start, until (unix nanoseconds), nth (1: the goroutine's first row in this dump). */
export const dumpChanges = (
  where: string,
): string => `SELECT agent, pid, goid, dump_ts, complete_from, event, new_state, wait_reason, function, file, line, trace_id, binding,
  toUnixTimestamp64Nano(ts) AS start,
  leadInFrame(toUnixTimestamp64Nano(ts), 1, toUnixTimestamp64Nano(dump_ts))
    OVER (${OF_GOROUTINE} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS until,
  row_number() OVER (${OF_GOROUTINE}) AS nth
FROM goroutine_events WHERE ${ofDumps(where)}`;

/** Mostly there are none, and to plan what follows from them takes longer than to read everything else of a window. */
export async function hasDumps(clickhouse: Clickhouse, { service, window }: EvidenceQuery): Promise<boolean> {
  const rows = await clickhouse.rows({
    name: 'evidence-has-dumps',
    sql: `SELECT 1 AS found FROM goroutine_events
WHERE service = {service:String} AND dump_ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') LIMIT 1`,
    parameters: { service, from: window.fromUnixNanos },
  });
  return rows.length > 0;
}

/** Conditions on a time of events, as conditions on the time of their dump. */
export const ofDumps = (where: string): string => where.replaceAll(/\bts\b/g, 'dump_ts');
