/**
 * A brush over the latency heatmap: these requests, why are they slow? Pure up to the questions to the port.
 *
 *   duration │        ┌───────┐                window and range: the brushed requests
 *            │        │ slow  │                baseline: as asked; else the others of the window;
 *            │ ···············│········        without a range: the time just before the window
 *            └────────┴───────┴─────── time
 */
import { ROOT_CAUSE_LIMITS, resolveWindow, type BaselineSource, type ExplainQuestion } from '@mapscope/contract';
import { MapscopeError, NANOS_PER_SECOND, type TimeWindow } from '@mapscope/events';
import {
  fetchWindow,
  judge,
  type EvidenceQuery,
  type EvidenceSource,
  type RequestColumns,
  type Rng,
  type RootCause,
  type WindowEvidence,
} from '@mapscope/rootcause';

const MINUTE = 60n * NANOS_PER_SECOND;
/** Of the time before a window: as long as it, but enough to know what is usual, and not another day's traffic. */
const [SHORTEST_BASELINE, LONGEST_BASELINE] = [5n * MINUTE, 60n * MINUTE];
/** Clocks of browsers go wrong by seconds. */
const AHEAD_NANOS = MINUTE;
export interface Brush {
  readonly scope: Omit<EvidenceQuery, 'window'>;
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly baselineSource: BaselineSource;
  readonly isBrushed: (durationNanos: number) => boolean;
}

export function toBrush(question: ExplainQuestion, nowUnixNanos: bigint): Brush {
  const { service, route, platform, latencyRange } = question;
  const window = pastWindow('window', question.window, nowUnixNanos);
  const { fromMs = 0, toMs = Infinity } = latencyRange ?? {};
  const isBrushed = (nanos: number): boolean => nanos >= fromMs * 1e6 && nanos < toMs * 1e6;
  const scope = { service, route, platform };
  if (question.baseline !== undefined) {
    const baseline = pastWindow('baseline', question.baseline, nowUnixNanos);
    refuseOverlap(window, baseline);
    return { scope, window, isBrushed, baseline, baselineSource: 'question' };
  }
  if (latencyRange !== undefined) {
    return { scope, window, isBrushed, baseline: window, baselineSource: 'rest-of-window' };
  }
  return { scope, window, isBrushed, baseline: timeBefore(window), baselineSource: 'time-before' };
}

function pastWindow(name: string, written: ExplainQuestion['window'], nowUnixNanos: bigint): TimeWindow {
  const window = resolveWindow(written, nowUnixNanos, ROOT_CAUSE_LIMITS);
  if (window.fromUnixNanos < nowUnixNanos && window.toUnixNanos <= nowUnixNanos + AHEAD_NANOS) return window;
  const what = window.fromUnixNanos < nowUnixNanos ? 'ends' : 'lies';
  throw new MapscopeError('QUERY_INVALID', `the ${name} ${what} in the future, where nothing is stored: end it at now`);
}

function refuseOverlap(window: TimeWindow, baseline: TimeWindow): void {
  if (baseline.toUnixNanos <= window.fromUnixNanos || window.toUnixNanos <= baseline.fromUnixNanos) return;
  const text =
    'baseline and window overlap: end the baseline where the window begins, or give a latencyRange and no baseline';
  throw new MapscopeError('QUERY_INVALID', text);
}

function timeBefore({ fromUnixNanos, toUnixNanos }: TimeWindow): TimeWindow {
  const span = toUnixNanos - fromUnixNanos;
  const atLeast = span < SHORTEST_BASELINE ? SHORTEST_BASELINE : span;
  const length = atLeast > LONGEST_BASELINE ? LONGEST_BASELINE : atLeast;
  return { fromUnixNanos: fromUnixNanos - length, toUnixNanos: fromUnixNanos };
}

export interface Cut {
  readonly kept: number;
  readonly total: number;
}

export interface Explained {
  readonly answer: RootCause;
  readonly cut: { readonly window: Cut; readonly baseline: Cut };
}

export async function explainBrush(brush: Brush, source: EvidenceSource, rng: Rng): Promise<Explained> {
  const { scope, window, baseline, baselineSource, isBrushed } = brush;
  const isRest = baselineSource === 'rest-of-window';
  const spike = await fetchWindow({ ...scope, window }, window, source);
  const before = isRest ? spike : await fetchWindow({ ...scope, window }, baseline, source);
  const answer = judge({
    ...scope,
    spike: { ...spike, requests: keepRequests(spike.requests, isBrushed) },
    baseline: isRest ? { ...spike, requests: keepRequests(spike.requests, (nanos) => !isBrushed(nanos)) } : before,
    coverage: await source.coverage({ ...scope, window }),
    windowSource: 'question',
    rng,
  });
  return { answer, cut: { window: cutOf(spike), baseline: cutOf(before) } };
}

const cutOf = ({ requests }: WindowEvidence): Cut => ({ kept: requests.count, total: requests.total });

/** Requests whose duration is wanted; of a set that was cut, `total` keeps its proportion. */
export function keepRequests(all: RequestColumns, isKept: (durationNanos: number) => boolean): RequestColumns {
  const kept = Uint8Array.from(all.durationNanos, (nanos) => (isKept(nanos) ? 1 : 0));
  const count = kept.reduce((sum, one) => sum + one, 0);
  const columns = Object.entries(all).map(([name, column]: [string, unknown]) => [name, keepRows(column, kept)]);
  const total = all.total === all.count ? count : Math.round((count * all.total) / all.count);
  // The same columns with fewer rows, whichever the port has.
  return { ...(Object.fromEntries(columns) as RequestColumns), count, total };
}

function keepRows(column: unknown, kept: Uint8Array): unknown {
  const isArray = Array.isArray(column) || (ArrayBuffer.isView(column) && 'filter' in column);
  if (!isArray) return column;
  // Arrays and typed arrays filter alike; the compiler knows no common type of theirs.
  return (column as readonly unknown[]).filter((_value, row) => kept[row] === 1);
}
