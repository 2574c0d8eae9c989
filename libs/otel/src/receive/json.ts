/**
 * ExportTraceServiceRequest in JSON → spans, handed on one by one. Ids are hex, in any case, not base64 as in plain protobuf
 * JSON (OTLP specification, "JSON Protobuf Encoding"). The text is parsed as a whole, so what it may become in memory is
 * bounded beforehand, by counting.
 */
import { attributesOf } from './json-attribute.ts';
import { enumOf, type JsonObject, listOf, objectAt, objectOf, textOf, u64Of } from './json-reader.ts';
import { type ItemBudget, malformed, MAX_JSON_TOKENS, tooLarge } from './limits.ts';
import type { Scope, Span, SpanEvent, SpanLink, SpanSink } from './span.ts';

export function decodeJson(body: Uint8Array, budget: ItemBudget, sink: SpanSink): void {
  checkTokens(body);
  const request = objectAt(parse(body), 'the body');
  for (const [i, item] of listOf(request, 'resourceSpans', 'body').entries()) {
    budget.spend(1);
    const at = `resourceSpans[${i}]`;
    const group = objectAt(item, at);
    const resource = attributesOf(objectOf(group, 'resource', at), `${at}.resource`, budget);
    for (const [j, scopeItem] of listOf(group, 'scopeSpans', at).entries()) {
      budget.spend(1);
      const here = `${at}.scopeSpans[${j}]`;
      readScopeSpans(objectAt(scopeItem, here), here, budget, (scope, span) => sink.add(resource, scope, span));
    }
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw malformed(`the body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
}

const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;

/** Those inside of texts count, too: a bound need not be exact. */
function checkTokens(body: Uint8Array): void {
  let tokens = 0;
  // By index: an iterator over bytes takes ten times as long.
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === COMMA || byte === BRACKET || byte === BRACE) tokens++;
  }
  if (tokens > MAX_JSON_TOKENS) throw tooLarge(`the JSON body holds more than ${MAX_JSON_TOKENS} values`);
}

function readScopeSpans(
  group: JsonObject,
  at: string,
  budget: ItemBudget,
  add: (scope: Scope, span: Span) => void,
): void {
  const given = objectOf(group, 'scope', at);
  const scope = { name: textOf(given, 'name', `${at}.scope`), version: textOf(given, 'version', `${at}.scope`) };
  for (const [i, item] of listOf(group, 'spans', at).entries()) {
    budget.spend(1);
    add(scope, readSpan(objectAt(item, `${at}.spans[${i}]`), `${at}.spans[${i}]`, budget));
  }
}

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
    events: each(span, 'events', at, budget, readEvent),
    links: each(span, 'links', at, budget, readLink),
    statusCode: enumOf(status, 'code', `${at}.status`),
    statusMessage: textOf(status, 'message', `${at}.status`),
  };
}

function each<T>(
  span: JsonObject,
  name: string,
  at: string,
  budget: ItemBudget,
  read: (item: JsonObject, at: string, budget: ItemBudget) => T,
): T[] {
  return listOf(span, name, at).map((item, i) => {
    budget.spend(1);
    const here = `${at}.${name}[${i}]`;
    return read(objectAt(item, here), here, budget);
  });
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
