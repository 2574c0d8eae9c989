/** How processes ended that the Go runtime ended, and what was on their stacks; the latest first. */
import { GOROUTINE_DUMPS, PROBE_EVENT_KINDS, type ProbeEventKind, type TimeWindow } from '@mapscope/events';
import type { Clickhouse } from '../../connection/clickhouse.ts';
import { IN_WINDOW, windowParameters } from '../filter.ts';
import { readStacks } from '../stacks.ts';
import { readDumps } from './dumps.ts';
import type { CrashEvent, DumpSummary } from './records.ts';

const MAX_DUMPS = 200;
/** The recorder is read after the event that ends the process was. */
const DUMP_WITHIN_NANOS = 5_000_000_000n;

interface Row {
  readonly at: string;
  readonly service: string;
  readonly platform: string;
  readonly kind: number;
  readonly message: string;
  readonly pid: number;
  readonly goid: string;
  readonly trace: string;
  readonly stack: string;
}

const KINDS: ReadonlyMap<number, ProbeEventKind> = new Map(
  // Object.entries widens keys to string; they are the keys of the table.
  Object.entries(PROBE_EVENT_KINDS).map(([name, number]) => [number, name as ProbeEventKind] as const),
);

export async function readCrashes(
  clickhouse: Clickhouse,
  service: string | undefined,
  window: TimeWindow,
  limit: number,
): Promise<readonly CrashEvent[]> {
  const until = { ...window, toUnixNanos: window.toUnixNanos + DUMP_WITHIN_NANOS };
  const [rows, dumps] = await Promise.all([
    clickhouse.rows<Row>({
      name: 'crashes',
      sql: `SELECT toUnixTimestamp64Nano(ts) AS at, toString(service) AS service, toString(platform) AS platform, kind, message,
  pid, goid, lower(hex(trace_id)) AS trace, stack
FROM probe_events WHERE ${service === undefined ? '' : 'service = {service:String} AND '}${IN_WINDOW}
ORDER BY ts DESC, pid LIMIT {limit:UInt32}`,
      parameters: { ...windowParameters(window), limit, ...(service === undefined ? {} : { service }) },
    }),
    readDumps(clickhouse, service, until, MAX_DUMPS),
  ]);
  const stacks = await readStacks(
    clickhouse,
    rows.map(({ stack }) => stack),
  );
  return rows.map((row) => ({
    unixNanos: BigInt(row.at),
    service: row.service,
    platform: row.platform,
    kind: KINDS.get(row.kind) ?? 'throw',
    message: row.message,
    pid: row.pid,
    goid: row.goid,
    traceId: row.trace,
    stack: stacks.get(row.stack) ?? [],
    dumpUnixNanos: dumpOf(row, dumps)?.dumpUnixNanos,
  }));
}

const dumpOf = (row: Row, dumps: readonly DumpSummary[]): DumpSummary | undefined =>
  dumps.find(({ service, pid, reason, dumpUnixNanos }) => {
    const apart = dumpUnixNanos - BigInt(row.at);
    const isNear = apart < DUMP_WITHIN_NANOS && apart > -DUMP_WITHIN_NANOS;
    return service === row.service && pid === row.pid && GOROUTINE_DUMPS[reason] !== GOROUTINE_DUMPS.request && isNear;
  });
