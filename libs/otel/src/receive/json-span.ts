/**
 * A span in JSON. Ids are hex, in any case, not base64 as in plain protobuf JSON (OTLP specification, "JSON Protobuf Encoding").
 */
import { attributesOf } from './json-attribute.ts';
import { listRead, type ReadJsonItem } from './json-envelope.ts';
import { enumOf, type JsonObject, objectOf, textOf, u64Of } from './json-reader.ts';
import type { ItemBudget } from './limits.ts';
import type { Span, SpanEvent, SpanLink, SpanSink } from './span.ts';

export const jsonSpanReader =
  (budget: ItemBudget, sink: SpanSink): ReadJsonItem =>
  (item, at, origin) =>
    sink.add(origin, readSpan(item, at, budget));

function readSpan(span: JsonObject, at: string, budget: ItemBudget): Span {
  const status = objectOf(span, 'status', at);
  return {
    traceId: textOf(span, 'traceId', at).toLowerCase(),
    spanId: textOf(span, 'spanId', at).toLowerCase(),
    parentSpanId: textOf(span, 'parentSpanId', at).toLowerCase(),
    traceState: textOf(span, 'traceState', at),
    name: textOf(span, 'name', at),
    kind: enumOf(span, 'kind', at),
    startUnixNanos: u64Of(span, 'startTimeUnixNano', at),
    endUnixNanos: u64Of(span, 'endTimeUnixNano', at),
    attributes: attributesOf(span, at, budget),
    events: listRead(span, 'events', at, budget, readEvent),
    links: listRead(span, 'links', at, budget, readLink),
    statusCode: enumOf(status, 'code', `${at}.status`),
    statusMessage: textOf(status, 'message', `${at}.status`),
  };
}

const readEvent = (event: JsonObject, at: string, budget: ItemBudget): SpanEvent => ({
  unixNanos: u64Of(event, 'timeUnixNano', at),
  name: textOf(event, 'name', at),
  attributes: attributesOf(event, at, budget),
});

const readLink = (link: JsonObject, at: string, budget: ItemBudget): SpanLink => ({
  traceId: textOf(link, 'traceId', at).toLowerCase(),
  spanId: textOf(link, 'spanId', at).toLowerCase(),
  traceState: textOf(link, 'traceState', at),
  attributes: attributesOf(link, at, budget),
});
