/** What the bindings of a wait and the sources of a trace id mean to a reader. Pure. */
import type { TraceRequestJson, TraceWaitJson } from '@mapscope/contract';

interface Binding {
  /** behind the wait's own sentence; '' where the request itself waited */
  readonly sentence: string;
  /** behind the wait in a table */
  readonly short: string;
}

const OWN: Binding = { sentence: '', short: '' };

export const BINDING_WORDS: Readonly<Record<TraceWaitJson['binding'], Binding>> = {
  none: OWN,
  exact: OWN,
  inherited: {
    sentence: ' A goroutine that this request started waited, not the request itself.',
    short: ' (started goroutine)',
  },
  span: {
    sentence: ' A goroutine that serves no request of this trace waited, while a span of it was open there.',
    short: ' (goroutine with a span)',
  },
  labels: {
    sentence: ' A goroutine waited whose pprof labels name this trace.',
    short: ' (goroutine with labels)',
  },
};

export const TRACE_ID_FROM: Readonly<Record<TraceRequestJson['traceSource'], string>> = {
  none: 'unknown',
  traceparent: 'from the caller',
  generated: 'made by the probe',
  sdk: "from the program's OpenTelemetry SDK",
};
