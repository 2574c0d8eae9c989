/**
 * The conditions of an evidence query: fixed text, values as typed parameters. Every query has a time window.
 * Pure.
 */
import type { TimeWindow } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Parameters } from '../connection/clickhouse.ts';

export interface Filter {
  readonly where: string;
  readonly parameters: Parameters;
}

/** `from ≤ ts < to`, constants for the index. */
export const IN_WINDOW =
  "ts >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Nano({to:Int64}, 'UTC')";

export const windowParameters = ({ fromUnixNanos, toUnixNanos }: TimeWindow): Parameters => ({
  from: fromUnixNanos,
  to: toUnixNanos,
});

/** Requests of a service, in http_requests or latency_10s. */
export function requestFilter({ service, route, platform, window }: EvidenceQuery): Filter {
  const conditions = ['service = {service:String}', IN_WINDOW];
  if (route !== undefined) conditions.push('route = {route:String}');
  if (platform !== undefined) conditions.push('platform = {platform:String}');
  return {
    where: conditions.join(' AND '),
    parameters: {
      service,
      ...windowParameters(window),
      ...(route === undefined ? {} : { route }),
      ...(platform === undefined ? {} : { platform }),
    },
  };
}

/**
 * Waits of a service that began in the window or until `untilUnixNanos` after it; they know no route, it is their trace's.
 * Parameter names agree with requestFilter's, so that both can stand in one query.
 */
export function waitFilter({ service, platform, window }: EvidenceQuery, untilUnixNanos = window.toUnixNanos): Filter {
  const conditions = ['service = {service:String}', IN_WINDOW.replace('{to:Int64}', '{until:Int64}')];
  if (platform !== undefined) conditions.push('platform = {platform:String}');
  return {
    where: conditions.join(' AND '),
    parameters: {
      service,
      from: window.fromUnixNanos,
      until: untilUnixNanos,
      ...(platform === undefined ? {} : { platform }),
    },
  };
}

export const withParameters = ({ where, parameters }: Filter, more: Parameters): Filter => ({
  where,
  parameters: { ...parameters, ...more },
});

/** Whole intervals of a roll-up: from rounded down, to rounded up. */
export function wholeIntervals({ fromUnixNanos, toUnixNanos }: TimeWindow, intervalNanos: bigint): TimeWindow {
  return {
    fromUnixNanos: (fromUnixNanos / intervalNanos) * intervalNanos,
    toUnixNanos: ((toUnixNanos + intervalNanos - 1n) / intervalNanos) * intervalNanos,
  };
}
