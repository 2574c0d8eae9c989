/** What goes first when the disk is full. Pure. */
import type { BatchKind } from '@mapscope/events';

/**
 * Most important first: without stacks no other row has a line of source; crashes are rare and final; waits and requests
 * are the answer; what is counted in sums or asked for by hand comes last. A test holds every kind to a place here.
 */
export const BY_IMPORTANCE = [
  'agent_status',
  'stacks',
  'struct_layouts',
  'probe_events',
  'lock_waits',
  'http_requests',
  'otel_traces',
  'otel_logs',
  'client_requests',
  'gc_events',
  'goroutine_events',
  'syncmap_events',
  'otel_metrics_histogram',
  'otel_metrics_exponential_histogram',
  'otel_metrics_sum',
  'otel_metrics_gauge',
  'otel_metrics_summary',
  'map_events',
] as const satisfies readonly BatchKind[];

/** Kinds that may be shed so that one of `kind` finds room: the least important first, itself last. */
export function shedBefore(kind: BatchKind): readonly BatchKind[] {
  const place = BY_IMPORTANCE.indexOf(kind);
  return BY_IMPORTANCE.slice(place).toReversed();
}
