/**
 * When a window holds more than can be judged at once, whole traces are left out by the hash of their id: the same ones
 * every time, requests and waits alike. The share is a power of two, so that a few requests more do not change the set.
 */
import { TRACE_SOURCES } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { type Filter, requestFilter, waitFilter, withParameters } from '../queries/filter.ts';
import {
  type RequestSource,
  requestSource,
  ROWS_IN_WINDOW,
  SPANS_IN_WINDOW,
  TRACES_OF_SPANS,
} from './request-source.ts';

/**
 * The p99 of 60 000 requests is that of a rank between 98.92 and 99.08 % (binomial, 95 %), finer than its bootstrap interval
 * ever is. Judging takes 3 to 4.5 µs a request (measured with 200 000): two windows of so many half a second at most.
 */
export const MAX_REQUESTS = 60_000;
/** Waits for each request of the bound, where requests wait oftener than most: what is read is bounded too. */
const WAITS_A_REQUEST = 8;

export interface Cut {
  /** of the window; undefined: all of them are in the answer */
  readonly total: number | undefined;
  readonly maxDurationNanos: bigint;
  /** requests in the answer: the window's, or those of every 2ⁿ-th trace */
  readonly kept: Filter;
  /** for FROM: http_requests, or a subquery over it and the SDK's spans */
  readonly from: string;
  /** which rows of other tables are of these requests, by their trace_id; its parameters are those of `kept` */
  readonly ofRequests: string;
}

export async function cutOf(clickhouse: Clickhouse, query: EvidenceQuery, bound: number): Promise<Cut> {
  const source = await requestSource(clickhouse, query);
  const filter = withParameters(requestFilter(query), source.parameters);
  const isJoined = query.route === undefined && !source.isPlain;
  const most = isJoined ? await sizeOf(clickhouse, query, { filter, from: EITHER }) : undefined;
  const isSmall = most !== undefined && divisorFor(most, bound) === 1;
  const size = isSmall ? most : await sizeOf(clickhouse, query, { filter, from: source.from });
  const divisor = divisorFor(size, bound);
  const kept = keep(filter, divisor);
  return {
    total: isSmall ? undefined : size.requests,
    maxDurationNanos: size.longestNanos,
    kept,
    from: source.from,
    ofRequests: ofRequests(query, { ...source, kept, divisor }),
  };
}

/** Requests of the probe and of the SDK without asking which are the same: no fewer than there are, and no join. */
const EITHER = `(SELECT ts, service, platform, duration_ns FROM http_requests WHERE ${ROWS_IN_WINDOW}
UNION ALL SELECT toTimeZone(Timestamp, 'UTC'), ServiceName, platform, Duration FROM otel_traces WHERE ${SPANS_IN_WINDOW})`;

interface Size {
  readonly requests: number;
  readonly waits: number;
  readonly longestNanos: bigint;
}

async function sizeOf(
  clickhouse: Clickhouse,
  query: EvidenceQuery,
  { from, filter }: { readonly from: string; readonly filter: Filter },
): Promise<Size> {
  const waits = waitFilter(query);
  const [row] = await clickhouse.rows<{ readonly total: string; readonly longest: string; readonly waits: string }>({
    name: 'evidence-size',
    sql: `SELECT count() AS total, max(duration_ns) AS longest, (SELECT count() FROM lock_waits WHERE ${waits.where}) AS waits
FROM ${from} WHERE ${filter.where}`,
    parameters: { ...waits.parameters, ...filter.parameters },
  });
  return {
    requests: Number(row?.total ?? 0),
    waits: Number(row?.waits ?? 0),
    longestNanos: BigInt(row?.longest ?? 0),
  };
}

const divisorFor = ({ requests, waits }: Size, bound: number): number =>
  Math.max(divisorOf(requests, bound), divisorOf(waits, WAITS_A_REQUEST * bound));

interface Kept extends Pick<RequestSource, 'from' | 'isPlain'> {
  readonly kept: Filter;
  readonly divisor: number;
}

/** Without a route nobody need know which span is which request: all traces of both, without a join. */
function ofRequests({ route }: EvidenceQuery, { from, isPlain, kept, divisor }: Kept): string {
  const requests = `SELECT trace_id FROM ${route === undefined ? 'http_requests' : from} WHERE ${kept.where} AND trace_source != ${TRACE_SOURCES.none}`;
  const isJoined = route === undefined && !isPlain;
  // The hash first: it needs no look into the set.
  const cut = divisor === 1 ? '' : `cityHash64(trace_id, ${NO_SPAN}) % {divisor:UInt32} = 0 AND `;
  return `${cut}trace_id IN (${requests}${isJoined ? ` UNION ALL ${TRACES_OF_SPANS}` : ''})`;
}

/** Smallest power of two that brings `total` to the bound, here of 60 000: 60 000 → 1, 60 001 → 2, 300 000 → 8. */
export function divisorOf(total: number, bound: number): number {
  let divisor = 1;
  while (total / divisor > bound) divisor *= 2;
  return divisor;
}

const NO_SPAN = "toFixedString('', 8)";

function keep(filter: Filter, divisor: number): Filter {
  if (divisor === 1) return filter;
  // A request without a trace id would stand or fall with all others of its kind; its span id tells it apart.
  const hash = `cityHash64(trace_id, if(trace_source = ${TRACE_SOURCES.none}, span_id, ${NO_SPAN}))`;
  return {
    where: `${filter.where} AND ${hash} % {divisor:UInt32} = 0`,
    parameters: { ...filter.parameters, divisor },
  };
}
