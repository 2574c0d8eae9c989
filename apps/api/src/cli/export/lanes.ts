/**
 * A trace as lanes of nested slices, which is what Perfetto and speedscope draw: one lane a goroutine, one for the spans
 * of each service's SDK. What overlaps without nesting goes to a further lane of the same name. Pure.
 *
 *   order   goroutine 7     ├── POST /order ───────────────┤
 *                               ├─ wait ──┤├ sched ┤
 *           SDK spans       ├── POST /order ──────────┤
 *           SDK spans (2)       ├── query ───┤
 */
import { type TraceAnswer, type TraceRequestJson, type TraceWaitJson, parseRfc3339 } from '@mapscope/contract';
import { place } from '../words/places.ts';

export type SliceKind = 'request' | 'span' | 'wait' | 'scheduler';

export interface Slice {
  readonly name: string;
  readonly kind: SliceKind;
  /** after the begin of the trace */
  readonly startNanos: number;
  readonly durationNanos: number;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface Lane {
  readonly service: string;
  readonly name: string;
  /** by begin; of two that begin together the longer one first: each is inside the one before it, or behind it */
  readonly slices: readonly Slice[];
}

export interface Lanes {
  readonly beginUnixNanos: bigint;
  readonly lanes: readonly Lane[];
}

interface Placed extends Slice {
  readonly service: string;
  readonly lane: string;
}

const nanosOf = ({ start }: { readonly start: string }): bigint => parseRfc3339(start) ?? 0n;
const toNanos = (ms: number): number => Math.round(ms * 1e6);

export function lanesOf(trace: TraceAnswer): Lanes {
  const starts = [...trace.requests, ...trace.spans, ...trace.waits].map(nanosOf);
  const beginUnixNanos = starts.reduce((least, at) => (at < least ? at : least), starts[0] ?? 0n);
  const after = (at: { readonly start: string }): number => Number(nanosOf(at) - beginUnixNanos);
  const slices = [
    ...trace.requests.map((request) => requestSlice(request, after(request))),
    ...trace.spans.map(({ service, name, durationMs, kind, status, spanId, attributes, start }): Placed => {
      const facts = { kind, status, spanId, ...attributes };
      const timed = { startNanos: after({ start }), durationNanos: toNanos(durationMs) };
      return { service, lane: 'SDK spans', name, kind: 'span', ...timed, facts };
    }),
    ...trace.waits.flatMap((wait) => waitSlices(wait, after(wait), trace.requests)),
  ];
  const lanes = [...Map.groupBy(slices, ({ service, lane }) => `${service}\n${lane}`).values()].flatMap(nest);
  return { beginUnixNanos, lanes };
}

function requestSlice(request: TraceRequestJson, startNanos: number): Placed {
  const { service, method, route, durationMs, goroutine, spanId, platform, end } = request;
  const facts = { spanId, platform, end };
  const timed = { startNanos, durationNanos: toNanos(durationMs) };
  return { service, lane: `goroutine ${goroutine}`, name: `${method} ${route}`, kind: 'request', ...timed, facts };
}

/** Waiting for the lock, then being ready without a CPU: two things with two causes. */
function waitSlices(wait: TraceWaitJson, startNanos: number, requests: readonly TraceRequestJson[]): readonly Placed[] {
  const { waiterGoroutine, lockKind, lockAddress, waiter, releasedAt, holderGoroutine, binding } = wait;
  const serving = requests.find(({ goroutine }) => goroutine === waiterGoroutine) ?? requests[0];
  const at = { service: serving?.service ?? 'unknown service', lane: `goroutine ${waiterGoroutine}` };
  const durationNanos = toNanos(wait.waitMs);
  const facts = { lockAddress, heldBy: place(releasedAt), holderGoroutine, binding };
  const holder = wait.holderTraceId === null ? {} : { holderTrace: wait.holderTraceId };
  const waiting: Placed = {
    ...at,
    name: `wait for ${lockKind} in ${place(waiter)}`,
    kind: 'wait',
    startNanos,
    durationNanos,
    facts: { ...facts, ...holder },
  };
  if (wait.schedMs <= 0) return [waiting];
  const begin = startNanos + durationNanos;
  const ready = { name: 'ready, no CPU', kind: 'scheduler', facts: {} } as const;
  return [waiting, { ...at, ...ready, startNanos: begin, durationNanos: toNanos(wait.schedMs) }];
}

const endOf = ({ startNanos, durationNanos }: Slice): number => startNanos + durationNanos;

/** First fit: into the first lane whose open slices have ended, or hold it wholly. */
function nest(slices: readonly Placed[]): readonly Lane[] {
  const sorted = slices.toSorted((a, b) => a.startNanos - b.startNanos || b.durationNanos - a.durationNanos);
  const lanes: { open: number[]; slices: Placed[] }[] = [];
  for (const slice of sorted) {
    const fit = lanes.find((lane) => {
      lane.open = lane.open.filter((end) => end > slice.startNanos);
      return endOf(slice) <= (lane.open.at(-1) ?? Infinity);
    });
    const lane = fit ?? { open: [], slices: [] };
    if (fit === undefined) lanes.push(lane);
    lane.open.push(endOf(slice));
    lane.slices.push(slice);
  }
  return lanes.map((lane, index) => {
    const { service = '', lane: name = '' } = lane.slices[0] ?? {};
    return { service, name: index === 0 ? name : `${name} (${index + 1})`, slices: lane.slices };
  });
}
