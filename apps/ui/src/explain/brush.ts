/**
 * A brush over the latency chart: which requests are to be explained. It lives in the address, so that a link shows the
 * same brush and asks the same question:
 *
 *   brushFrom, brushTo        when they began, RFC 3339
 *   brushMinMs, brushMaxMs    how long they took; absent: however long
 *   viewFrom, viewTo          what the chart shows around it, unix ms
 *
 * Pure.
 */
import type { MsRange } from '../chart/visible-range.ts';
import { unixMs } from '../format/instant.ts';
import type { QueryValues } from '../router/query.ts';

export interface Brush {
  readonly time: MsRange;
  readonly minMs?: number | undefined;
  readonly maxMs?: number | undefined;
}

const NAMES = ['brushFrom', 'brushTo', 'brushMinMs', 'brushMaxMs'] as const;

const numberOf = (text: string | undefined): number | undefined => {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) || value < 0 ? undefined : value;
};

const isRange = ([from, to]: MsRange): boolean => Number.isFinite(from) && Number.isFinite(to) && from < to;

/** Undefined where the address holds none, or one that begins after it ends. */
export function readBrush(query: QueryValues): Brush | undefined {
  const { brushFrom = '', brushTo = '' } = query;
  const time: MsRange = [unixMs(brushFrom), unixMs(brushTo)];
  if (!isRange(time)) return undefined;
  const [minMs, maxMs] = [numberOf(query['brushMinMs']), numberOf(query['brushMaxMs'])];
  const isOrdered = minMs === undefined || maxMs === undefined || minMs < maxMs;
  return isOrdered ? { time, minMs, maxMs } : { time };
}

/** What the chart showed when the brush was drawn. */
export function readView(query: QueryValues): MsRange | undefined {
  const view: MsRange = [Number(query['viewFrom']), Number(query['viewTo'])];
  return isRange(view) ? view : undefined;
}

/** Three digits are as fine as a finger draws. */
const rounded = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : String(Number(ms.toPrecision(3)));

const instantText = (ms: number): string => new Date(Math.round(ms)).toISOString();

export function writeBrush(query: QueryValues, { time, minMs, maxMs }: Brush, view: MsRange): QueryValues {
  return {
    ...query,
    brushFrom: instantText(time[0]),
    brushTo: instantText(time[1]),
    brushMinMs: rounded(minMs),
    brushMaxMs: rounded(maxMs),
    viewFrom: String(view[0]),
    viewTo: String(view[1]),
  };
}

export const clearBrush = (query: QueryValues): QueryValues =>
  Object.fromEntries(Object.entries(query).filter(([name]) => ![...NAMES, 'viewFrom', 'viewTo'].includes(name)));

/**
 * The body of `POST /api/v1/explain`. A range of latency is compared with the other requests of the same time; a time
 * alone with the baseline of the address, where it names one that it does not touch, else with the time before it.
 */
export function explainBody(query: QueryValues, brush: Brush): string {
  const { service, route, platform, baselineFrom, baselineTo } = query;
  const hasRange = brush.minMs !== undefined || brush.maxMs !== undefined;
  const baseline = { from: baselineFrom, to: baselineTo };
  return JSON.stringify({
    service,
    route,
    platform,
    window: { from: instantText(brush.time[0]), to: instantText(brush.time[1]) },
    baseline: !hasRange && isBeside(brush.time, baseline) ? baseline : undefined,
    latencyRange: hasRange ? { fromMs: brush.minMs, toMs: brush.maxMs } : undefined,
  });
}

/** The API refuses a baseline that overlaps with what is compared with it. */
function isBeside(
  [from, to]: MsRange,
  baseline: { readonly from: string | undefined; readonly to: string | undefined },
): boolean {
  const [begin, end] = [unixMs(baseline.from ?? ''), unixMs(baseline.to ?? '')];
  return isRange([begin, end]) && (end <= from || to <= begin);
}
