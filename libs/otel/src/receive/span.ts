/**
 * One span as both encodings give it, on its way into columns. Attribute values are text already, written as the OpenTelemetry
 * collector writes them (pdata, Value.AsString), so that its ClickHouse exporter and we store the same. Pure.
 */
import { type Attributes, emptyAttributes, type Origin } from './origin.ts';

export interface SpanEvent {
  unixNanos: bigint;
  name: string;
  readonly attributes: Attributes;
}

export interface SpanLink {
  traceId: string;
  spanId: string;
  traceState: string;
  readonly attributes: Attributes;
}

/** Ids are lower-case hex of whatever was sent; span-columns.ts judges them. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  name: string;
  /** SpanKind 0…5 */
  kind: number;
  startUnixNanos: bigint;
  endUnixNanos: bigint;
  readonly attributes: Attributes;
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
  /** StatusCode 0…2 */
  statusCode: number;
  statusMessage: string;
}

export const emptyEvent = (): SpanEvent => ({ unixNanos: 0n, name: '', attributes: emptyAttributes() });
export const emptyLink = (): SpanLink => ({ traceId: '', spanId: '', traceState: '', attributes: emptyAttributes() });

export const emptySpan = (): Span => ({
  traceId: '',
  spanId: '',
  parentSpanId: '',
  traceState: '',
  name: '',
  kind: 0,
  startUnixNanos: 0n,
  endUnixNanos: 0n,
  attributes: emptyAttributes(),
  events: [],
  links: [],
  statusCode: 0,
  statusMessage: '',
});

/** Receives what a decoder finds, span by span: nothing but the current span is held as an object. */
export interface SpanSink {
  readonly add: (origin: Origin, span: Span) => void;
}
