/** Where trace ids come from. Numbers are only ever added. Pure. */

/**
 * How an event got its trace id: its goroutine serves the request; it was started by one that had it; an OpenTelemetry SDK
 * span began on it, while it serves no request of that trace; its pprof labels name it; or not at all.
 */
export const BINDINGS = { none: 0, exact: 1, inherited: 2, span: 3, labels: 4 } as const;
export type Binding = keyof typeof BINDINGS;

/**
 * Where a request's trace id came from: its traceparent header; made by the probe because it brought none; or from the first
 * span that the program's OpenTelemetry SDK began for it, where that has another id.
 */
export const TRACE_SOURCES = { none: 0, traceparent: 1, generated: 2, sdk: 3 } as const;
export type TraceSource = keyof typeof TRACE_SOURCES;
