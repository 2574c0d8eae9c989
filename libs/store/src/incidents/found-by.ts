/** What incidents are found by: the ten-second roll-up of latency, and crashes. Every question has a begin and a bound. */
import { NANOS_PER_SECOND, PROBE_EVENT_KINDS, type TimeWindow } from '@mapscope/events';
import type { CodeSite } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { IN_WINDOW, windowParameters, wholeIntervals } from '../queries/filter.ts';
import { readStacks } from '../queries/stacks.ts';
import type { Crash, ScopeInterval, WatchedServices } from './records.ts';

/** Scopes (service, route, platform) that are watched, the busiest first. */
export const MAX_SCOPES = 300;
/** 6 hours of 300 scopes would be 648 000; of the usual half hour they are 54 000. */
const MAX_INTERVALS = 200_000;
const MAX_CRASHES = 1000;
const MAX_SERVICES = 10_000;

interface IntervalRow {
  readonly service: string;
  readonly route: string;
  readonly platform: string;
  readonly at: string;
  readonly total: string;
  readonly keys: readonly number[];
  readonly counts: readonly string[];
}

/** Newest first where there are too many, so that what is cut is the past. Oldest first in the answer. */
export async function readIntervals(
  clickhouse: Clickhouse,
  asked: TimeWindow,
  service?: string,
): Promise<readonly ScopeInterval[]> {
  const window = wholeIntervals(asked, 10n * NANOS_PER_SECOND);
  const scopes = `SELECT service, route, platform FROM latency_10s WHERE ${IN_WINDOW}
  GROUP BY service, route, platform ORDER BY sum(requests) DESC, service, route, platform LIMIT ${MAX_SCOPES}`;
  const chosen = service === undefined ? `(service, route, platform) IN (${scopes})` : 'service = {service:String}';
  const rows = await clickhouse.rows<IntervalRow>({
    name: 'incident-intervals',
    sql: `SELECT service, route, platform, toUnixTimestamp(ts) AS at, sum(requests) AS total,
  sumMap(buckets) AS merged, mapKeys(merged) AS keys, mapValues(merged) AS counts
FROM latency_10s WHERE ${IN_WINDOW} AND ${chosen}
GROUP BY service, route, platform, at ORDER BY at DESC, service, route, platform LIMIT ${MAX_INTERVALS}`,
    parameters: { ...windowParameters(window), ...(service === undefined ? {} : { service }) },
  });
  return rows.toReversed().map((row) => ({
    service: row.service,
    route: row.route,
    platform: row.platform,
    startUnixNanos: BigInt(row.at) * NANOS_PER_SECOND,
    requests: Number(row.total),
    histogram: new Map(row.keys.map((key, i) => [key, Number(row.counts[i])])),
  }));
}

/** A panic may be recovered from and is no crash; what ends the process is a fatal error or a throw. */
export async function readCrashes(clickhouse: Clickhouse, sinceUnixNanos: bigint): Promise<readonly Crash[]> {
  const rows = await clickhouse.rows<{
    readonly service: string;
    readonly platform: string;
    readonly message: string;
    readonly stack: string;
    readonly at: string;
  }>({
    name: 'incident-crashes',
    sql: `SELECT service, platform, message, stack, toUnixTimestamp64Nano(ts) AS at FROM probe_events
WHERE ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND kind IN (${PROBE_EVENT_KINDS.fatal}, ${PROBE_EVENT_KINDS.throw})
ORDER BY ts, service, pid LIMIT ${MAX_CRASHES}`,
    parameters: { from: sinceUnixNanos },
  });
  const stacks = await readStacks(
    clickhouse,
    rows.map(({ stack }) => stack),
  );
  return rows.map(({ service, platform, message, stack, at }) => ({
    service,
    platform,
    message,
    unixNanos: BigInt(at),
    site: ownFrame(stacks.get(stack) ?? []),
  }));
}

/** maps.(*Map).… of internal/runtime/maps since Go 1.24 (src/internal/runtime/maps). */
const OF_RUNTIME = /^(runtime|internal\/runtime\/\w+|internal\/sync|sync)\./;
const ownFrame = (frames: readonly CodeSite[]): CodeSite | undefined =>
  frames.find(({ function: name }) => !OF_RUNTIME.test(name));

export async function readWatchedServices(clickhouse: Clickhouse, window: TimeWindow): Promise<WatchedServices> {
  const parameters = windowParameters(wholeIntervals(window, 10n * NANOS_PER_SECOND));
  const [scopes, spans] = await Promise.all([
    clickhouse.rows<{ readonly service: string }>({
      name: 'incident-services',
      sql: `SELECT service FROM latency_10s WHERE ${IN_WINDOW}
GROUP BY service, route, platform ORDER BY sum(requests) DESC, service, route, platform LIMIT ${MAX_SERVICES}`,
      parameters,
    }),
    clickhouse.rows<{ readonly service: string }>({
      name: 'incident-sdk-services',
      sql: `SELECT service FROM sdk_routes GROUP BY service
HAVING max(last_seen) >= toDateTime(intDiv({from:Int64}, 1000000000), 'UTC') ORDER BY service LIMIT ${MAX_SCOPES}`,
      parameters,
    }),
  ]);
  const withSpans = spans.map(({ service }) => service);
  const names = (rows: typeof scopes): readonly string[] => rows.map(({ service }) => service);
  const watched = [...new Set([...names(scopes.slice(0, MAX_SCOPES)), ...withSpans])].sort();
  return { watched, withSpans, leftOut: new Set([...names(scopes), ...withSpans]).size - watched.length };
}
