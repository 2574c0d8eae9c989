/** What find-context.h must know of a binary, beside its goroutines: spans of an SDK, pprof labels. Pure; for the manifest. */
import type { GoBinary } from '@mapscope/golang';
import { SPAN_START_HOOK } from './hooks.ts';

/** Names of `const volatile` variables in bpf/common.h; 0: there is none. */
export type TraceConstants = Readonly<
  Record<
    | 'span_parent_offset'
    | 'span_start_time_offset'
    | 'span_end_time_offset'
    | 'span_context_offset'
    | 'labels_offset'
    | 'labels_are_map',
    number
  >
>;

/** The body of what runtime/pprof only declares (runtime/proflabel.go): nothing inlines it, and who sets no labels lacks it. */
const SET_LABELS = 'runtime/pprof.runtime_setProfLabel';

export function traceConstants(
  binary: Pick<GoBinary, 'otelSpanOffsets' | 'structOffsets' | 'lookup'>,
  hooks: readonly { readonly family: string; readonly hook: number }[],
): TraceConstants {
  const own = hooks.filter(({ family }) => family === 'trace');
  const spans = own.some(({ hook }) => hook === SPAN_START_HOOK) ? binary.otelSpanOffsets() : undefined;
  const setsLabels = own.length > 0 && binary.lookup(SET_LABELS) !== undefined;
  const labels = setsLabels ? binary.structOffsets().g : undefined;
  return {
    span_parent_offset: spans?.parent ?? 0,
    span_start_time_offset: spans?.startTime ?? 0,
    span_end_time_offset: spans?.endTime ?? 0,
    span_context_offset: spans?.spanContext ?? 0,
    labels_offset: labels?.labels ?? 0,
    labels_are_map: labels?.labelsHold === 'map' ? 1 : 0,
  };
}
