/**
 * ExportTraceServiceRequest in protobuf → spans, handed on one by one. Field numbers are those of opentelemetry-proto v1
 * (opentelemetry/proto/{collector/trace,trace,resource,common}/v1). A resource or scope may stand behind its spans, so its
 * message is read twice: first all but the spans, whose places are noted, then those.
 */
import {
  type Descriptor,
  descriptor,
  endOfNext,
  field,
  openReader,
  type Reader,
  readInner,
  readMessage,
} from './descriptor.ts';
import type { ItemBudget } from './limits.ts';
import { readAttribute } from './protobuf-attribute.ts';
import {
  type Attributes,
  emptyAttributes,
  emptyEvent,
  emptyLink,
  emptyScope,
  emptySpan,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanSink,
} from './span.ts';

export function decodeProtobuf(body: Uint8Array, budget: ItemBudget, sink: SpanSink): void {
  const fields = makeFields(budget);
  const reader = openReader(body);
  const request = descriptor<null>({ 1: field.message((inner) => readResourceSpans(inner, fields, sink)) });
  readMessage(reader, reader.len, request, null);
}

/** Where a message lies in the reader's buffer. */
interface Place {
  readonly start: number;
  readonly end: number;
}

function notePlace(reader: Reader, places: Place[], budget: ItemBudget): void {
  budget.spend(1);
  const end = endOfNext(reader);
  places.push({ start: reader.pos, end });
  reader.pos = end;
}

function readResourceSpans(reader: Reader, fields: Fields, sink: SpanSink): void {
  const end = endOfNext(reader);
  const { resource, places } = readMessage<ResourceSpans>(reader, end, fields.resourceSpans, {
    resource: emptyAttributes(),
    places: [],
  });
  for (const place of places) {
    reader.pos = place.start;
    readScopeSpans(reader, place.end, fields, (scope, span) => sink.add(resource, scope, span));
  }
  reader.pos = end;
}

function readScopeSpans(reader: Reader, end: number, fields: Fields, add: (scope: Scope, span: Span) => void): void {
  const { scope, places } = readMessage<ScopeSpans>(reader, end, fields.scopeSpans, {
    scope: emptyScope(),
    places: [],
  });
  for (const place of places) {
    reader.pos = place.start;
    add(scope, readMessage(reader, place.end, fields.span, emptySpan()));
  }
}

interface ResourceSpans {
  readonly resource: Attributes;
  readonly places: Place[];
}

interface ScopeSpans {
  readonly scope: Scope;
  readonly places: Place[];
}

interface Fields {
  readonly resourceSpans: Descriptor<ResourceSpans>;
  readonly scopeSpans: Descriptor<ScopeSpans>;
  readonly span: Descriptor<Span>;
}

function makeFields(budget: ItemBudget): Fields {
  const attributes = <T>(of: (into: T) => Attributes) =>
    field.message<T>((reader, into) => readAttribute(reader, of(into), budget));
  const resource = descriptor<Attributes>({ 1: attributes((into) => into) });
  const scope = descriptor<Scope>({
    1: field.text((into, text) => void (into.name = text)),
    2: field.text((into, text) => void (into.version = text)),
  });
  return {
    resourceSpans: descriptor({
      1: field.message((reader, into) => void readInner(reader, resource, into.resource)),
      2: field.message((reader, into) => notePlace(reader, into.places, budget)),
    }),
    scopeSpans: descriptor({
      1: field.message((reader, into) => void readInner(reader, scope, into.scope)),
      2: field.message((reader, into) => notePlace(reader, into.places, budget)),
    }),
    span: makeSpanFields(budget),
  };
}

function makeSpanFields(budget: ItemBudget): Descriptor<Span> {
  const attributes = <T extends { readonly attributes: Attributes }>() =>
    field.message<T>((reader, into) => readAttribute(reader, into.attributes, budget));
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
