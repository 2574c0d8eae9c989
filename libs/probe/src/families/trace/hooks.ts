/** Family trace: which trace a goroutine works for. */
import type { FamilySpec, HookSpec } from '../family.ts';
import { CONNECTION_END, FINISH, HTTP2_ENDS, SERVE } from '../http/hooks.ts';

const NO_HEADERS = 'no trace ids are read from requests';
const NO_INHERITANCE = 'goroutines started by a request do not carry its trace id';

const NO_SPANS =
  "events carry no trace ids of the program's OpenTelemetry SDK: only those of traceparent headers, or made ones";
/** bpf/records.h */
export const SPAN_START_HOOK = 19;
export const NEW_G_HOOK = 7;

/** Where family http is on, it does the same at these functions. */
const shared = { coveredBy: 'http', effect: NO_HEADERS } as const satisfies Partial<HookSpec>;

const SDK = 'go.opentelemetry.io/otel/sdk/trace';
/** Called by (*tracer).Start for every span that records: v1.1 … v1.46. */
export const SPAN_START = `${SDK}.(*recordingSpan).runtimeTrace`;

export const TRACE: FamilySpec = {
  program: 'family_trace',
  kind: undefined,
  hooks: [
    { function: SERVE, hook: 4, required: true, ...shared },
    { function: FINISH, hook: 5, required: true, ...shared },
    { function: CONNECTION_END, hook: 6, required: false, ...shared },
    { function: 'runtime.gostartcallfn', hook: NEW_G_HOOK, required: false, effect: NO_INHERITANCE },
    { function: HTTP2_ENDS[0], orElse: HTTP2_ENDS.slice(1), hook: 8, required: false, ...shared },
    {
      function: SPAN_START,
      // A program with an SDK has that method, whatever the version.
      onlyWith: `${SDK}.(*recordingSpan).End`,
      hook: SPAN_START_HOOK,
      required: false,
      calledBy: { [SPAN_START]: [`${SDK}.(*tracer).Start`] },
      reads: 'otelSpan',
      effect: NO_SPANS,
    },
  ],
};
