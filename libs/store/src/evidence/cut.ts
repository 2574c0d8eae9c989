/**
 * When a window holds more requests than fit an answer, whole traces are left out by the hash of their id: the same ones
 * every time, requests and waits alike. The share is a power of two, so that a few requests more do not change the set.
 */
import type { EvidenceQuery } from '@mapscope/rootcause';
import type { Clickhouse } from '../connection/clickhouse.ts';
import { type Filter, requestFilter, withParameters } from '../queries/filter.ts';
import { requestSource } from './request-source.ts';

export const MAX_REQUESTS = 200_000;

export interface Cut {
  readonly total: number;
  readonly maxDurationNanos: bigint;
  /** requests in the answer: the window's, or those of every 2ⁿ-th trace */
  readonly kept: Filter;
  /** for FROM: http_requests, or a subquery over it and the SDK's spans */
  readonly from: string;
}

export async function cutOf(clickhouse: Clickhouse, query: EvidenceQuery, bound: number): Promise<Cut> {
  const source = await requestSource(clickhouse, query);
  const filter = withParameters(requestFilter(query), source.parameters);
  const [row] = await clickhouse.rows<{ readonly total: string; readonly longest: string }>({
    name: 'evidence-size',
    sql: `SELECT count() AS total, max(duration_ns) AS longest FROM ${source.from} WHERE ${filter.where}`,
    parameters: filter.parameters,
  });
  const total = Number(row?.total ?? 0);
  return {
    total,
    maxDurationNanos: BigInt(row?.longest ?? 0),
    kept: keep(filter, divisorOf(total, bound)),
    from: source.from,
  };
}

/** Smallest power of two that brings `total` to the bound: 200 000 → 1, 200 001 → 2, 900 000 → 8. */
export function divisorOf(total: number, bound: number): number {
  let divisor = 1;
  while (total / divisor > bound) divisor *= 2;
  return divisor;
}

function keep(filter: Filter, divisor: number): Filter {
  if (divisor === 1) return filter;
  // A request without a trace id would stand or fall with all others of its kind; its span id tells it apart.
  const hash = "cityHash64(trace_id, if(trace_source = 0, span_id, toFixedString('', 8)))";
  return {
    where: `${filter.where} AND ${hash} % {divisor:UInt32} = 0`,
    parameters: { ...filter.parameters, divisor },
  };
}
