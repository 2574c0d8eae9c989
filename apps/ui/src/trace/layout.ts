/**
 * Where each request and each wait of a trace is drawn, in percent of the trace's time. Pure.
 *
 *   0 ms            100 ms           200 ms           300 ms
 *   ├ GET /order ───────────────────────────────────────┤     request: its whole duration
 *   │      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░▒                │     wait (░), then ready but not yet running (▒)
 */
import type { TraceAnswer, TraceRequestJson, TraceWaitJson } from '@mapscope/contract';
import { ticksFromZero } from '../chart/ticks.ts';
import { msBetween } from '../format/instant.ts';

export interface Extent {
  readonly leftPct: number;
  readonly widthPct: number;
}

export interface WaitBar {
  readonly wait: TraceWaitJson;
  readonly startMs: number;
  readonly waiting: Extent;
  readonly scheduling: Extent;
}

export interface RequestBar {
  readonly request: TraceRequestJson;
  /** how many requests above it caused it */
  readonly depth: number;
  readonly startMs: number;
  readonly extent: Extent;
  /** in time order */
  readonly waits: readonly WaitBar[];
  readonly waitedMs: number;
}

export interface TraceLayout {
  /** RFC 3339: nought of the time axis */
  readonly start: string;
  readonly spanMs: number;
  readonly ticks: readonly number[];
  readonly requests: readonly RequestBar[];
  /** waits of this trace outside of every stored request */
  readonly strayWaits: readonly WaitBar[];
}

const WANTED_TICKS = 6;
/** Parents of parents of …: more would be a circle. */
const MAX_DEPTH = 16;

export function layoutTrace(trace: TraceAnswer): TraceLayout {
  const start = [...trace.requests, ...trace.waits].map((item) => item.start).sort((a, b) => msBetween(b, a))[0] ?? '';
  const ends = [
    ...trace.requests.map((request) => msBetween(start, request.start) + request.durationMs),
    ...trace.waits.map((wait) => msBetween(start, wait.start) + wait.waitMs + wait.schedMs),
  ];
  const spanMs = Math.max(0.001, ...ends);
  const owners = trace.waits.map((wait) => ownerOf(wait, trace.requests));
  const barsOf = (owner: TraceRequestJson | undefined): readonly WaitBar[] =>
    trace.waits
      .filter((_, index) => owners[index] === owner)
      .map((wait) => toWaitBar(wait, start, spanMs))
      .sort((a, b) => a.startMs - b.startMs);
  const requests = trace.requests
    .map((request) => toRequestBar(request, depthOf(request, trace.requests), barsOf(request), { start, spanMs }))
    .sort((a, b) => a.startMs - b.startMs);
  return { start, spanMs, ticks: ticksFromZero(spanMs, WANTED_TICKS), requests, strayWaits: barsOf(undefined) };
}

const extent = (startMs: number, lengthMs: number, spanMs: number): Extent => ({
  leftPct: (startMs / spanMs) * 100,
  widthPct: (lengthMs / spanMs) * 100,
});

function toWaitBar(wait: TraceWaitJson, start: string, spanMs: number): WaitBar {
  const startMs = msBetween(start, wait.start);
  const waiting = extent(startMs, wait.waitMs, spanMs);
  return { wait, startMs, waiting, scheduling: extent(startMs + wait.waitMs, wait.schedMs, spanMs) };
}

function toRequestBar(
  request: TraceRequestJson,
  depth: number,
  waits: readonly WaitBar[],
  axis: Pick<TraceLayout, 'start' | 'spanMs'>,
): RequestBar {
  const startMs = msBetween(axis.start, request.start);
  const waitedMs = waits.reduce((sum, { wait }) => sum + (wait.binding === 'exact' ? wait.waitMs : 0), 0);
  return { request, depth, startMs, extent: extent(startMs, request.durationMs, axis.spanMs), waits, waitedMs };
}

const covers = (request: TraceRequestJson, wait: TraceWaitJson): boolean => {
  const offset = msBetween(request.start, wait.start);
  return offset >= 0 && offset <= request.durationMs;
};

/** Its own goroutine's request at that time; else, for goroutines a request started, the innermost one at that time. */
export function ownerOf(wait: TraceWaitJson, requests: readonly TraceRequestJson[]): TraceRequestJson | undefined {
  const around = requests.filter((request) => covers(request, wait));
  const own = around.find((request) => request.goroutine === wait.waiterGoroutine);
  return own ?? around.sort((a, b) => a.durationMs - b.durationMs)[0];
}

function depthOf(request: TraceRequestJson, all: readonly TraceRequestJson[]): number {
  let [depth, parentId] = [0, request.parentSpanId];
  while (parentId !== null && depth < MAX_DEPTH) {
    const parent = all.find((other) => other.spanId === parentId);
    if (parent === undefined) return depth;
    parentId = parent.parentSpanId;
    depth++;
  }
  return depth;
}
