/** Requests and lock waits: how many, how long, how many within each bound, and the longest. */
import type { Clickhouse } from '../connection/clickhouse.ts';
import { lockKindOf } from '../names.ts';
import { sumInserted } from './inserted-rows.ts';
import type { Durations, InsertedWindow, RequestGrowth, WaitGrowth } from './records.ts';

interface DurationRow {
  readonly service: string;
  readonly platform: string;
  readonly counted: string;
  readonly total: string;
  readonly within: readonly string[];
  readonly slowest: string;
  readonly slowest_at: string;
  readonly slowest_trace: string;
}

/** `column`: nanoseconds of a row */
const durationsOf = (column: string): string => `count() AS counted, sum(${column}) AS total,
  sumForEach(arrayMap(bound -> toUInt64(${column} <= bound), {bounds:Array(UInt64)})) AS within,
  max(${column}) AS slowest, toUnixTimestamp64Nano(argMax(ts, ${column})) AS slowest_at,
  lower(hex(argMax(trace_id, ${column}))) AS slowest_trace`;

const NO_TRACE = '0'.repeat(32);

const toDurations = (row: DurationRow): Durations => ({
  count: Number(row.counted),
  sumNanos: Number(row.total),
  within: row.within.map(Number),
  slowest: {
    traceId: row.slowest_trace === NO_TRACE ? '' : row.slowest_trace,
    nanos: Number(row.slowest),
    atUnixNanos: BigInt(row.slowest_at),
  },
});

export async function requestGrowth(
  clickhouse: Clickhouse,
  window: InsertedWindow,
  bounds: readonly number[],
): Promise<readonly RequestGrowth[]> {
  const rows = await sumInserted<DurationRow & { readonly method: string; readonly route: string }>(
    clickhouse,
    'http_requests',
    window,
    {
      by: 'service, platform, method, route',
      select: durationsOf('duration_ns'),
      largest: 'counted',
      parameters: { bounds: bounds.map(BigInt) },
    },
  );
  return rows.map((row) => {
    const { service, platform, method, route } = row;
    return { service, platform, method, route, ...toDurations(row) };
  });
}

interface WaitRow extends DurationRow {
  readonly lock_kind: number;
  readonly waiter_function: string;
  readonly waiter_file: string;
  readonly waiter_line: number;
}

export async function waitGrowth(
  clickhouse: Clickhouse,
  window: InsertedWindow,
  bounds: readonly number[],
): Promise<readonly WaitGrowth[]> {
  const rows = await sumInserted<WaitRow>(clickhouse, 'lock_waits', window, {
    by: 'service, platform, lock_kind, waiter_function, waiter_file, waiter_line',
    select: durationsOf('wait_ns'),
    largest: 'total',
    parameters: { bounds: bounds.map(BigInt) },
  });
  return rows.map((row) => ({
    service: row.service,
    platform: row.platform,
    lockKind: lockKindOf(row.lock_kind),
    function: row.waiter_function,
    file: row.waiter_file,
    line: row.waiter_line,
    ...toDurations(row),
  }));
}
