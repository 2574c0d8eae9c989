/**
 * Where a wait is drawn: on the innermost span that it begins in, as far as it lies inside. Pure.
 *
 *   request   ├──────────────────────────────┤
 *   span         ├───────────────┤
 *   wait              ├───────────────┤         on the span, clipped to ├──────────┤
 */
import { toMs, type TraceWaitJson } from '@mapscope/contract';
import type { TraceRecord, TraceWait } from '@mapscope/store';

interface Bar {
  readonly spanId: string;
  readonly startUnixNanos: bigint;
  readonly durationNanos: number;
}

const holds = (bar: Bar, wait: TraceWait): boolean =>
  bar.startUnixNanos <= wait.startUnixNanos &&
  wait.startUnixNanos < bar.startUnixNanos + BigInt(Math.ceil(bar.durationNanos));

const shortest = <B extends Bar>(bars: readonly B[]): B | undefined =>
  bars.toSorted((a, b) => a.durationNanos - b.durationNanos)[0];

export function layWait(
  wait: TraceWait,
  { requests, spans }: TraceRecord,
): NonNullable<TraceWaitJson['laidOn']> | null {
  const around = requests.filter((request) => holds(request, wait));
  // The request's own goroutine, where several services or requests share the moment.
  const own = around.filter(({ goid }) => goid === wait.waiterGoid);
  const request = shortest(own.length > 0 ? own : around);
  const span = shortest(
    spans.filter((one) => holds(one, wait) && (request === undefined || one.service === request.service)),
  );
  // A span of the SDK around the whole request says no more than the request, but it may be all there is.
  const isInside = span !== undefined && (request === undefined || span.durationNanos < request.durationNanos);
  const bar = isInside ? span : request;
  if (bar === undefined) return null;
  const inside = Number(bar.startUnixNanos - wait.startUnixNanos) + bar.durationNanos;
  return {
    spanId: bar.spanId,
    kind: isInside ? 'span' : 'request',
    offsetMs: toMs(Number(wait.startUnixNanos - bar.startUnixNanos)),
    clippedMs: toMs(Math.min(wait.waitNanos, inside)),
  };
}
