/** Rows of batches by their position, which is the same whenever and by whomever it is asked. */
import type { Clickhouse } from '../connection/clickhouse.ts';
import { lockKindOf } from '../names.ts';
import { laneOf, type TailedKind, type TailRange, type TailRow } from './tail-records.ts';

export async function readTailRows(clickhouse: Clickhouse, ranges: readonly TailRange[]): Promise<readonly TailRow[]> {
  const found: TailRow[] = [];
  for (const kind of new Set(ranges.map(({ batch }) => batch.kind))) {
    const ofKind = ranges.filter(({ batch }) => batch.kind === kind);
    found.push(...(await readRows(clickhouse, kind, ofKind)));
  }
  return found;
}

interface Shape {
  readonly columns: string;
  /** a goroutine begins one thing at a time, so rows that agree in these show the same */
  readonly order: string;
}

const SHAPES: Readonly<Record<TailedKind, Shape>> = {
  http_requests: { columns: 'route, method, duration_ns', order: 'ts, pid, goid, span_id, duration_ns' },
  lock_waits: {
    columns: `wait_ns, sched_ns, lock_kind, waiter_function, waiter_file, waiter_line,
  holder_function, holder_file, holder_line`,
    order: 'ts, pid, waiter_goid, lock_addr, wait_ns, sched_ns',
  },
  probe_events: { columns: 'message', order: 'ts, pid, goid, kind, message' },
};

/** Rows carry the time they began; a batch is stored minutes later at most, unless something stood still. */
const LOOK_BACK_MILLIS = [15 * 60_000, 24 * 3_600_000, 8 * 24 * 3_600_000];

async function readRows(clickhouse: Clickhouse, kind: TailedKind, ranges: readonly TailRange[]): Promise<TailRow[]> {
  let found: readonly EventRow[] = [];
  for (const lookBackMillis of LOOK_BACK_MILLIS) {
    found = await readPositions(clickhouse, kind, ranges, lookBackMillis);
    if (ranges.every((range) => isWhole(range, found))) break;
  }
  return found.map((row) => toRow(kind, row));
}

/** Positions are those of the whole batch only if the whole batch lay in the window. */
function isWhole({ batch }: TailRange, found: readonly EventRow[]): boolean {
  const row = found.find(({ agent, batch_seq }) => agent === batch.agent && BigInt(batch_seq) === batch.sequence);
  return row !== undefined && Number(row.total) >= batch.rows;
}

interface EventRow {
  readonly agent: string;
  readonly batch_seq: string;
  readonly position: string;
  readonly total: string;
  readonly at: string;
  readonly service: string;
  readonly platform: string;
  readonly trace: string;
  readonly route?: string;
  readonly method?: string;
  readonly duration_ns?: string;
  readonly wait_ns?: string;
  readonly sched_ns?: string;
  readonly lock_kind?: number;
  readonly waiter_function?: string;
  readonly waiter_file?: string;
  readonly waiter_line?: number;
  readonly holder_function?: string;
  readonly holder_file?: string;
  readonly holder_line?: number;
  readonly message?: string;
}

function readPositions(
  clickhouse: Clickhouse,
  kind: TailedKind,
  ranges: readonly TailRange[],
  lookBackMillis: number,
): Promise<readonly EventRow[]> {
  const { columns, order } = SHAPES[kind];
  const key = "concat(agent, ' ', toString(batch_seq))";
  const at = `indexOf({keys:Array(String)}, ${key})`;
  const oldest = Math.min(...ranges.map(({ batch }) => batch.insertedUnixMillis)) - lookBackMillis;
  return clickhouse.rows<EventRow>({
    name: `tail-${kind}`,
    sql: `SELECT agent, batch_seq, position, total, toUnixTimestamp64Nano(ts) AS at, service, platform, lower(hex(trace_id)) AS trace, ${columns}
FROM (
  SELECT *, row_number() OVER (PARTITION BY agent, batch_seq ORDER BY ${order}) AS position,
    count() OVER (PARTITION BY agent, batch_seq) AS total
  FROM ${kind} WHERE ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    AND agent IN {agents:Array(String)} AND batch_seq IN {sequences:Array(UInt64)} AND ${key} IN {keys:Array(String)}
) WHERE position > arrayElement({froms:Array(UInt64)}, ${at}) AND position <= arrayElement({tos:Array(UInt64)}, ${at})
ORDER BY agent, batch_seq, position`,
    parameters: {
      since: Math.max(0, oldest),
      agents: [...new Set(ranges.map(({ batch }) => batch.agent))],
      sequences: [...new Set(ranges.map(({ batch }) => batch.sequence))],
      keys: ranges.map(({ batch }) => `${batch.agent} ${batch.sequence}`),
      froms: ranges.map(({ from }) => BigInt(from)),
      tos: ranges.map(({ to }) => BigInt(to)),
    },
  });
}

function toRow(kind: TailedKind, row: EventRow): TailRow {
  const common = {
    lane: laneOf({ agent: row.agent, kind }),
    sequence: BigInt(row.batch_seq),
    position: Number(row.position),
    kind,
    unixNanos: BigInt(row.at),
    service: row.service,
    platform: row.platform,
    traceId: row.trace,
  };
  return { ...common, ...OWN[kind](row) };
}

const requestOf = ({ route = '', method = '', duration_ns }: EventRow) => ({
  route,
  method,
  durationNanos: Number(duration_ns),
});

const waitOf = (row: EventRow) => ({
  waitNanos: Number(row.wait_ns),
  schedNanos: Number(row.sched_ns),
  lockKind: lockKindOf(row.lock_kind ?? 0),
  waiter: { function: row.waiter_function ?? '', file: row.waiter_file ?? '', line: row.waiter_line ?? 0 },
  holder: { function: row.holder_function ?? '', file: row.holder_file ?? '', line: row.holder_line ?? 0 },
});

const OWN: Readonly<Record<TailedKind, (row: EventRow) => Partial<TailRow>>> = {
  http_requests: requestOf,
  lock_waits: waitOf,
  probe_events: ({ message = '' }) => ({ message }),
};
