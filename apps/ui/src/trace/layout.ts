/**
 * Where each request, span and wait of a trace is drawn, in percent of the trace's time. Pure.
 *
 *   0 ms            100 ms           200 ms           300 ms
 *   ├ POST /order ──────────────────────────────────────┤     request, seen by a probe
 *   │ └ load cart ─────────────────────────────────┤    │     span, sent by the service's SDK
 *   │      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░▒                │     wait (░), then ready but not yet running (▒)
 */
import type { TraceAnswer, TraceWaitJson } from '@mapscope/contract';
import { ticksFromZero } from '../chart/ticks.ts';
import { msBetween } from '../format/instant.ts';
import { ownersAmong, type TimedWait } from './owners.ts';
import { nodesOf, type TraceNode } from './tree.ts';

export interface Extent {
  readonly leftPct: number;
  readonly widthPct: number;
}

export interface WaitBar {
  readonly wait: TraceWaitJson;
  readonly startMs: number;
  readonly waiting: Extent;
  readonly scheduling: Extent;
  /** the innermost span that was open meanwhile */
  readonly within: string | undefined;
}

export interface TraceBar {
  readonly node: TraceNode;
  readonly extent: Extent;
  /** drawn on it: its own and those within its spans, in time order */
  readonly drawn: readonly WaitBar[];
  /** listed below it: those within no inner span */
  readonly listed: readonly WaitBar[];
  /** by the goroutine of the request itself */
  readonly waitedMs: number;
}

export interface TraceLayout {
  /** RFC 3339: nought of the time axis */
  readonly start: string;
  readonly spanMs: number;
  readonly ticks: readonly number[];
  /** what caused before what was caused */
  readonly bars: readonly TraceBar[];
  /** waits of this trace outside of every stored request */
  readonly strayWaits: readonly WaitBar[];
}

const WANTED_TICKS = 6;

export function layoutTrace(trace: TraceAnswer): TraceLayout {
  const items = [...trace.requests, ...trace.waits, ...trace.spans];
  const start = items.map((item) => item.start).sort((a, b) => msBetween(b, a))[0] ?? '';
  const nodes = nodesOf(trace, start);
  const timed = trace.waits
    .map((wait): TimedWait => ({ wait, startMs: msBetween(start, wait.start) }))
    .sort((a, b) => a.startMs - b.startMs);
  const spanMs = endOf(nodes, timed);
  const ownersOf = ownersAmong(nodes);
  const waits = timed.map((one): OwnedWait => {
    const owners = ownersOf(one);
    return { owners, bar: toWaitBar(one, owners, spanMs) };
  });
  return {
    start,
    spanMs,
    ticks: ticksFromZero(spanMs, WANTED_TICKS),
    bars: toBars(nodes, waits, spanMs),
    strayWaits: waits.flatMap(({ owners, bar }) => (owners.length === 0 ? [bar] : [])),
  };
}

interface OwnedWait {
  readonly owners: readonly TraceNode[];
  readonly bar: WaitBar;
}

/** Never nought: everything is divided by it. */
const endOf = (nodes: readonly TraceNode[], waits: readonly TimedWait[]): number =>
  [
    ...nodes.map(({ startMs, lengthMs }) => startMs + lengthMs),
    ...waits.map(({ startMs, wait }) => startMs + wait.waitMs + wait.schedMs),
  ].reduce((latest, end) => Math.max(latest, end), 0.001);

const extent = (startMs: number, lengthMs: number, spanMs: number): Extent => ({
  leftPct: (startMs / spanMs) * 100,
  widthPct: (lengthMs / spanMs) * 100,
});

function toWaitBar({ wait, startMs }: TimedWait, owners: readonly TraceNode[], spanMs: number): WaitBar {
  const innermost = owners.at(-1);
  return {
    wait,
    startMs,
    waiting: extent(startMs, wait.waitMs, spanMs),
    scheduling: extent(startMs + wait.waitMs, wait.schedMs, spanMs),
    within: innermost?.kind === 'span' ? innermost.span.name : undefined,
  };
}

function toBars(nodes: readonly TraceNode[], waits: readonly OwnedWait[], spanMs: number): readonly TraceBar[] {
  const drawn = Map.groupBy(
    waits.flatMap(({ owners, bar }) => owners.map((node) => ({ node, bar, isInnermost: node === owners.at(-1) }))),
    ({ node }) => node,
  );
  return nodes.map((node) => {
    const own = drawn.get(node) ?? [];
    const exact = own.filter(({ bar }) => bar.wait.binding === 'exact');
    return {
      node,
      extent: extent(node.startMs, node.lengthMs, spanMs),
      drawn: own.map(({ bar }) => bar),
      listed: own.filter(({ isInnermost }) => isInnermost).map(({ bar }) => bar),
      waitedMs: exact.reduce((sum, { bar }) => sum + bar.wait.waitMs, 0),
    };
  });
}
