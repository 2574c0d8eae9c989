import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRequest } from './decode-request.ts';
import { decodedJson, jsonBody, jsonRequest, jsonSpan, NOW, rowsOf, SPAN, TRACE } from './testing.ts';

const rowOf = (changes: object): Record<string, unknown> | undefined =>
  rowsOf(decodedJson(jsonRequest([jsonSpan(changes)])))[0];

test('ids are hex in any case, unknown fields are ignored, null is as absent', () => {
  const row = rowOf({
    traceId: TRACE.toUpperCase(),
    spanId: SPAN.toUpperCase(),
    parentSpanId: null,
    attributes: null,
    flags: 257,
    somethingNew: { a: [1] },
  });
  expect(row).toMatchObject({
    TraceId: TRACE,
    SpanId: SPAN,
    ParentSpanId: '',
    SpanKind: 'Unspecified',
    StatusCode: 'Unset',
  });
});

test('64-bit integers come as text or number, exact as text', () => {
  expect(rowOf({ startTimeUnixNano: String(NOW + 1n), endTimeUnixNano: String(NOW + 8n) })).toMatchObject({
    Timestamp: NOW + 1n,
    Duration: 7n,
  });
  expect(rowOf({ startTimeUnixNano: Number(NOW) })).toMatchObject({ Timestamp: NOW });
});

test.each([
  [{ stringValue: '' }, ''],
  [{ intValue: '9223372036854775807' }, '9223372036854775807'],
  [{ intValue: -3 }, '-3'],
  [{ doubleValue: 1e21 }, '1e+21'],
  [{ doubleValue: 'NaN' }, 'NaN'],
  [{ boolValue: false }, 'false'],
  [{ bytesValue: 'Af8=' }, 'Af8='],
  [{ arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } }, '["a",1]'],
  [{ arrayValue: {} }, '[]'],
  [
    {
      kvlistValue: {
        values: [
          { key: 'b', value: {} },
          { key: 'a', value: { boolValue: true } },
        ],
      },
    },
    '{"a":true,"b":null}',
  ],
  [{ futureValue: 1 }, ''],
])('the attribute value %j is stored as "%s"', (value, expected) => {
  expect(rowOf({ attributes: [{ key: 'k', value }] })?.['SpanAttributes']).toEqual({ keys: ['k'], values: [expected] });
});

test.each([
  ['kind by name', { kind: 'SPAN_KIND_SERVER' }, 'resourceSpans[0].scopeSpans[0].spans[0].kind'],
  ['time as a word', { startTimeUnixNano: 'now' }, 'startTimeUnixNano'],
  ['time below zero', { startTimeUnixNano: '-1' }, '2^64-1'],
  ['name as a number', { name: 7 }, 'name is 7'],
  ['attributes as an object', { attributes: { a: 1 } }, 'give a list'],
  ['an event that is text', { events: ['e'] }, 'events[0]'],
  ['bytes that are not base64', { attributes: [{ key: 'k', value: { bytesValue: '§' } }] }, 'base64'],
])('%s is malformed, and the answer says where', (_, changes, expected) => {
  expect(decodedJson(jsonRequest([jsonSpan(changes)]))).toMatchObject({
    outcome: 'malformed',
    problem: expect.stringContaining(expected),
  });
});

test.each([['{'], ['[]'], ['null'], ['"x"'], ['{"resourceSpans":{}}'], ['{"resourceSpans":[1]}'], ['\u{fffd}']])(
  'the body %s is malformed',
  (text) => expect(decodeRequest('traces', Buffer.from(text), 'json', NOW).outcome).toBe('malformed'),
);

test('an empty object is a good request', () => {
  expect(decodedJson({})).toMatchObject({ outcome: 'decoded', items: 0, rejected: 0 });
});

test.each([
  ['trace id of zeros', { traceId: '0'.repeat(32) }, 'trace id'],
  ['trace id in base64', { traceId: 'CvdlGRbNQ92ESOshHIAxnA==' }, 'trace id'],
  ['short span id', { spanId: 'abc' }, 'span id "abc"'],
  ['bad parent', { parentSpanId: 'xyz' }, 'parent span id'],
  ['bad link', { links: [{ traceId: TRACE, spanId: '' }] }, 'linked span'],
  ['start in 1970', { startTimeUnixNano: '0' }, 'older than 7 days'],
  ['start next year', { startTimeUnixNano: String(NOW + 400n * 86_400_000_000_000n) }, 'set the clock'],
  ['more text than a batch holds', { name: 'x'.repeat(2_200_000) }, 'characters'],
])('a span with %s is refused by itself, the others are kept', (_, changes, fault) => {
  const decoded = decodedJson(jsonRequest([jsonSpan(), jsonSpan(changes), jsonSpan()]));
  expect(decoded).toMatchObject({
    outcome: 'decoded',
    items: 2,
    rejected: 1,
    firstFault: expect.stringContaining(fault),
  });
});

test('a parent of zeros is none, and an end before the start is no duration', () => {
  expect(rowOf({ parentSpanId: '0'.repeat(16), endTimeUnixNano: String(NOW - 9n) })).toMatchObject({
    ParentSpanId: '',
    Duration: 0n,
  });
});

const resource = (chars: number): object => ({
  attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(chars) } }],
});

test("a resource's text counts with each of its spans, in cutting batches and in what a request may take", () => {
  const spans = Array.from({ length: 300 }, () => jsonSpan());
  const decoded = decodedJson(jsonRequest(spans, resource(100_000)));
  if (decoded.outcome !== 'decoded') throw new Error(decoded.problem);
  expect(decoded.batches.map(({ rows }) => rows)).toEqual([42, 42, 42, 42, 42, 42, 42, 6]);
  expect(decodedJson(jsonRequest(spans, resource(1_000_000)))).toMatchObject({ outcome: 'too-large' });
});

test('millions of small values are too many before they are parsed', () => {
  const decoded = decodeRequest('traces', Buffer.from(`{"x":[${'[],'.repeat(6_100_000)}1]}`), 'json', NOW);
  expect(decoded).toMatchObject({ outcome: 'too-large' });
});

const survived = (value: unknown): boolean => {
  const decoded = decodeRequest('traces', jsonBody(value), 'json', NOW);
  if (decoded.outcome === 'decoded') rowsOf(decoded);
  return true;
};

test('whatever JSON comes, it is refused or read', () => {
  const keys = [
    'resourceSpans',
    'scopeSpans',
    'spans',
    'attributes',
    'value',
    'kvlistValue',
    'values',
    'traceId',
    'events',
  ];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 8 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 3 }),
  }));
  fc.assert(fc.property(tree, survived), { interruptAfterTimeLimit: 2_000, numRuns: 5_000 });
});
