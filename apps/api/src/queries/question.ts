/** From a checked query to what the store is asked. Pure. */
import {
  resolveWindow,
  ROOT_CAUSE_LIMITS,
  WINDOW_LIMITS,
  type WindowLimits,
  type WrittenWindow,
} from '@mapscope/contract';
import { MapscopeError, type TimeWindow } from '@mapscope/events';
import type { EvidenceQuery } from '@mapscope/rootcause';
import { checkSpan, parseCursor } from './cursor.ts';

export interface Selection extends WrittenWindow {
  readonly service: string;
  readonly route?: string | undefined;
  readonly platform?: string | undefined;
}

export function toEvidenceQuery(
  selection: Selection,
  nowUnixNanos: bigint,
  limits: WindowLimits = WINDOW_LIMITS,
): EvidenceQuery {
  const { service, route, platform } = selection;
  return { service, route, platform, window: resolveWindow(selection, nowUnixNanos, limits) };
}

/** Details read raw rows: a day of them at most. The window of a further page is that of the first. */
export function toPagedQuery(
  of: string,
  asked: Selection & { readonly limit: number; readonly after?: string | undefined },
  nowUnixNanos: bigint,
) {
  const cursor = asked.after === undefined ? undefined : parseCursor(asked.after, of);
  const first = () => resolveWindow(asked, nowUnixNanos, ROOT_CAUSE_LIMITS);
  const window = cursor === undefined ? first() : checkSpan(cursor, ROOT_CAUSE_LIMITS.maxSpanNanos);
  const { service, route, platform, limit } = asked;
  return { asked: { service, route, platform, window }, page: { limit, after: cursor?.end } };
}

/** Steps people read off an axis without counting. */
const NICE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];
const WANTED_BUCKETS = 120;
/** As many as a wide screen has pixels. */
const MAX_BUCKETS = 5000;

export const secondsOf = (window: TimeWindow): number => Number(window.toUnixNanos - window.fromUnixNanos) / 1e9;

/** The step asked for if it fits, else the finest nice one that gives about 120 buckets. */
export function chooseStepSeconds(window: TimeWindow, asked?: number): number {
  const seconds = secondsOf(window);
  if (asked === undefined) return NICE_STEPS.find((step) => seconds / step <= WANTED_BUCKETS) ?? 86_400;
  if (seconds / asked <= MAX_BUCKETS) return asked;
  const least = Math.ceil(seconds / MAX_BUCKETS);
  throw new MapscopeError(
    'QUERY_INVALID',
    `step ${asked}s gives more than ${MAX_BUCKETS} buckets: give at least ${least}s`,
  );
}
