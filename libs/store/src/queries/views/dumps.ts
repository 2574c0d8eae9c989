/** Dumps of the goroutine flight recorder: which there are, and the changes of one. */
import {
  GOROUTINE_DUMPS,
  GOROUTINE_EVENT_KINDS,
  GOROUTINE_STATES,
  type GoroutineDumpReason,
  type GoroutineState,
  type TimeWindow,
} from '@mapscope/events';
import type { Clickhouse } from '../../connection/clickhouse.ts';
import { bindingOf } from '../../names.ts';
import { windowParameters } from '../filter.ts';
import type { DumpAsked, DumpSummary, DumpTimeline, GoroutineChange } from './records.ts';

/** As many changes as a browser draws at once, and a few megabytes on the way to it. */
export const MAX_CHANGES = 20_000;

const DUMPED_IN_WINDOW =
  "dump_ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND dump_ts < fromUnixTimestamp64Nano({to:Int64}, 'UTC')";

interface SummaryRow {
  readonly service: string;
  readonly pid: number;
  readonly platform: string;
  readonly dumped: string;
  readonly reason: number;
  readonly complete: string;
  readonly changes: string;
  readonly goroutines: string;
  readonly note: string;
}

const summarySql = (
  where: string,
): string => `SELECT toString(service) AS service, pid, any(toString(platform)) AS platform,
  toUnixTimestamp64Nano(dump_ts) AS dumped, max(dump_reason) AS reason,
  toUnixTimestamp64Nano(max(complete_from)) AS complete, count() AS changes, uniqExact(goid) AS goroutines,
  max(toString(goroutine_events.note)) AS note
FROM goroutine_events WHERE ${where} GROUP BY service, pid, dump_ts`;

/** Latest first; those that a crash made come before those that were asked for. */
export async function readDumps(
  clickhouse: Clickhouse,
  service: string | undefined,
  window: TimeWindow,
  limit: number,
): Promise<readonly DumpSummary[]> {
  const where = `${service === undefined ? '' : 'service = {service:String} AND '}${DUMPED_IN_WINDOW}`;
  const rows = await clickhouse.rows<SummaryRow>({
    name: 'goroutine-dumps',
    sql: `${summarySql(where)} ORDER BY reason = ${GOROUTINE_DUMPS.request}, dumped DESC, pid LIMIT {limit:UInt32}`,
    parameters: { ...windowParameters(window), limit, ...(service === undefined ? {} : { service }) },
  });
  return rows.map(toSummary);
}

const REASONS: ReadonlyMap<number, GoroutineDumpReason> = new Map(
  // Object.entries widens keys to string; they are the keys of the table.
  Object.entries(GOROUTINE_DUMPS).map(([name, number]) => [number, name as GoroutineDumpReason] as const),
);
const STATES: ReadonlyMap<number, GoroutineState> = new Map(
  // As above.
  Object.entries(GOROUTINE_STATES).map(([name, number]) => [number, name as GoroutineState] as const),
);

const toSummary = (row: SummaryRow): DumpSummary => ({
  service: row.service,
  pid: row.pid,
  platform: row.platform,
  dumpUnixNanos: BigInt(row.dumped),
  reason: REASONS.get(row.reason) ?? 'request',
  completeFromUnixNanos: BigInt(row.complete),
  changes: Number(row.changes),
  goroutines: Number(row.goroutines),
  note: row.note,
});

const OF_DUMP =
  "service = {service:String} AND dump_ts = fromUnixTimestamp64Nano({dumped:Int64}, 'UTC') AND pid = {pid:UInt32}";

interface ChangeRow {
  readonly at: string;
  readonly goid: string;
  readonly new_state: number;
  readonly event: number;
  readonly wait_reason: string;
  readonly tid: number;
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly trace: string;
  readonly binding: number;
}

const COLUMNS = `toUnixTimestamp64Nano(ts) AS at, goid, new_state, event, wait_reason, tid, function, file, line,
  lower(hex(trace_id)) AS trace, binding`;
const FROM_CUT = "ts >= fromUnixTimestamp64Nano({cut:Int64}, 'UTC')";

/** The changes of its last part, and of every goroutine the one before: the state in which that part finds it. */
export async function readDump(clickhouse: Clickhouse, asked: DumpAsked): Promise<DumpTimeline | undefined> {
  const { service, pid, dumpUnixNanos: dumped, lastNanos } = asked;
  const parameters = { service, pid, dumped, cut: dumped - lastNanos, most: MAX_CHANGES };
  const [[summary], rows, before] = await Promise.all([
    clickhouse.rows<SummaryRow>({ name: 'goroutine-dump', sql: summarySql(OF_DUMP), parameters }),
    clickhouse.rows<ChangeRow>({
      name: 'goroutine-changes',
      sql: `SELECT ${COLUMNS} FROM goroutine_events WHERE ${OF_DUMP} AND ${FROM_CUT} ORDER BY ts DESC LIMIT {most:UInt32}`,
      parameters,
    }),
    clickhouse.rows<ChangeRow>({
      name: 'goroutine-changes-before',
      sql: `SELECT ${COLUMNS} FROM goroutine_events WHERE ${OF_DUMP} AND NOT (${FROM_CUT}) ORDER BY ts DESC LIMIT 1 BY goid LIMIT {most:UInt32}`,
      parameters,
    }),
  ]);
  if (summary === undefined) return undefined;
  const changes = [...rows, ...before].toReversed().map(toChange);
  return { summary: toSummary(summary), changes, isCut: rows.length === MAX_CHANGES };
}

const toChange = (row: ChangeRow): GoroutineChange => ({
  unixNanos: BigInt(row.at),
  goid: row.goid,
  state: STATES.get(row.new_state) ?? 'idle',
  isCrash: row.event === GOROUTINE_EVENT_KINDS.crash,
  waitReason: row.wait_reason,
  tid: row.tid,
  site: { function: row.function, file: row.file, line: row.line },
  traceId: row.trace,
  binding: bindingOf(row.binding),
});
