/** A span in protobuf (opentelemetry/proto/trace/v1/trace.proto). */
import { type Descriptor, descriptor, field, readInner, readMessage } from './descriptor.ts';
import type { ItemBudget } from './limits.ts';
import type { Attributes } from './origin.ts';
import { attributesField } from './protobuf-attribute.ts';
import type { ReadItem } from './protobuf-envelope.ts';
import { emptyEvent, emptyLink, emptySpan, type Span, type SpanEvent, type SpanLink, type SpanSink } from './span.ts';

export function spanReader(budget: ItemBudget, sink: SpanSink): ReadItem {
  const fields = makeSpanFields(budget);
  return (reader, end, origin) => sink.add(origin, readMessage(reader, end, fields, emptySpan()));
}

function makeSpanFields(budget: ItemBudget): Descriptor<Span> {
  const attributes = <T extends { readonly attributes: Attributes }>() =>
    attributesField<T>((into) => into.attributes, budget);
  const each = <T>(fields: Descriptor<T>, make: () => T, listOf: (span: Span) => T[]) =>
    field.message<Span>((reader, span) => {
      budget.spend(1);
      listOf(span).push(readInner(reader, fields, make()));
    });
  const event = descriptor<SpanEvent>({
    1: field.fixed64((into, nanos) => void (into.unixNanos = nanos)),
    2: field.text((into, text) => void (into.name = text)),
    3: attributes(),
  });
  const link = descriptor<SpanLink>({
    1: field.hex((into, id) => void (into.traceId = id)),
    2: field.hex((into, id) => void (into.spanId = id)),
    3: field.text((into, text) => void (into.traceState = text)),
    4: attributes(),
  });
  return descriptor<Span>({
    1: field.hex((into, id) => void (into.traceId = id)),
    2: field.hex((into, id) => void (into.spanId = id)),
    3: field.text((into, text) => void (into.traceState = text)),
    4: field.hex((into, id) => void (into.parentSpanId = id)),
    5: field.text((into, text) => void (into.name = text)),
    6: field.enumeration((into, kind) => void (into.kind = kind)),
    7: field.fixed64((into, nanos) => void (into.startUnixNanos = nanos)),
    8: field.fixed64((into, nanos) => void (into.endUnixNanos = nanos)),
    9: attributes(),
    11: each(event, emptyEvent, (span) => span.events),
    13: each(link, emptyLink, (span) => span.links),
    15: field.message((reader, into) => void readInner(reader, STATUS, into)),
  });
}

const STATUS = descriptor<Span>({
  2: field.text((into, text) => void (into.statusMessage = text)),
  3: field.enumeration((into, code) => void (into.statusCode = code)),
});
