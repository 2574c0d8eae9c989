import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRequest } from '../decode-request.ts';
import { decodedJson, message, NOW, rowsOf, SPAN, TRACE } from '../testing.ts';
import {
  JSON_METRICS,
  jsonAttributes,
  jsonMetric,
  jsonRequest,
  jsonTimes,
  metric,
  PROTOBUF,
  request,
  START,
  TIMES,
} from './testing.ts';

const decode = (body: Uint8Array) => decodeRequest('metrics', body, 'protobuf', NOW);

const map = (key: string, value: string) => ({ keys: [key], values: [value] });
const POINT = {
  TimeUnix: NOW,
  ResourceAttributes: map('service.name', 'order'),
  ResourceSchemaUrl: 'https://resource',
  ScopeName: 'lib',
  ScopeVersion: '1',
  ScopeAttributes: map('s', 't'),
  ScopeDroppedAttrCount: 5,
  ScopeSchemaUrl: 'https://scope',
  ServiceName: 'order',
  MetricName: 'm',
  MetricDescription: 'about',
  MetricUnit: 'By',
  Attributes: map('a', 'b'),
  StartTimeUnix: START,
  Flags: 0,
  platform: 'arch=unknown',
};
const EXEMPLAR = {
  'Exemplars.FilteredAttributes': [map('user', 'u1')],
  'Exemplars.TimeUnix': [NOW - 1n],
  'Exemplars.Value': [-3],
  'Exemplars.SpanId': [SPAN],
  'Exemplars.TraceId': [TRACE],
};
const NO_EXEMPLAR = Object.fromEntries(Object.keys(EXEMPLAR).map((name) => [name, []]));
const ROWS = [
  { ...POINT, ...EXEMPLAR, Flags: 1, Value: 1.5, value_int: 0n, value_kind: 1 },
  {
    ...POINT,
    ...NO_EXEMPLAR,
    Attributes: { keys: [], values: [] },
    Value: 2 ** 62,
    value_int: 2n ** 62n + 1n,
    value_kind: 2,
    AggregationTemporality: 1n,
    IsMonotonic: 1,
  },
  {
    ...POINT,
    ...EXEMPLAR,
    Flags: 1,
    Count: 10n,
    Sum: 0,
    Min: 0,
    Max: -1,
    given: 5,
    AggregationTemporality: 2n,
    BucketCounts: [1n, 2n, 7n],
    ExplicitBounds: [0.5, 1],
  },
  {
    ...POINT,
    ...EXEMPLAR,
    Count: 10n,
    Sum: 0,
    Min: 0,
    Max: 8,
    given: 4,
    AggregationTemporality: 1n,
    Scale: -3n,
    ZeroCount: 4n,
    PositiveOffset: -1n,
    PositiveBucketCounts: [300n, 1n],
    NegativeOffset: 0n,
    NegativeBucketCounts: [9n],
    zero_threshold: 0.001,
  },
  { ...POINT, Count: 3n, Sum: 6, 'ValueAtQuantiles.Quantile': [0.99], 'ValueAtQuantiles.Value': [4] },
];

test('points of all five kinds are read field by field, by protobuf and by JSON', () => {
  expect(rowsOf(decode(request(PROTOBUF)))).toEqual(ROWS);
  expect(rowsOf(decodedJson(jsonRequest(JSON_METRICS), 'metrics'))).toEqual(ROWS);
});

const gauge = (point: object): object => jsonMetric({ gauge: { dataPoints: [{ ...jsonTimes, asInt: 1, ...point }] } });

test.each([
  ['exemplar of a bad trace', gauge({ exemplars: [{ traceId: 'xyz' }] }), "exemplar's trace id"],
  ['time of 1970', gauge({ timeUnixNano: '0' }), 'older than 7 days'],
  [
    'a bucket too few',
    jsonMetric({ histogram: { dataPoints: [{ ...jsonTimes, bucketCounts: [1], explicitBounds: [1] }] } }),
    '1 bucket counts do not fit 1 bounds',
  ],
  ['more text than a batch holds', gauge({ attributes: jsonAttributes('k', 'x'.repeat(2_200_000)) }), 'characters'],
])('a point with %s is refused by itself, the others are kept', (_, bad, why) => {
  expect(decodedJson(jsonRequest([gauge({}), bad, gauge({})]), 'metrics')).toMatchObject({
    outcome: 'decoded',
    items: 2,
    rejected: 1,
    firstFault: expect.stringMatching(new RegExp(`^m: .*${why}`)),
  });
});

test.each([
  ['a double that is text', gauge({ asDouble: 'much' }), 'asDouble'],
  ['an integer beyond 64 bits', gauge({ asInt: '9223372036854775808' }), 'asInt'],
  ['a negative count', jsonMetric({ summary: { dataPoints: [{ ...jsonTimes, count: -1 }] } }), 'count'],
  ['a temporality by name', jsonMetric({ sum: { aggregationTemporality: 'DELTA' } }), 'aggregationTemporality'],
  ['points that are no list', jsonMetric({ gauge: { dataPoints: {} } }), 'dataPoints'],
])('JSON with %s is refused, and the place is named', (_, bad, where) => {
  expect(decodedJson(jsonRequest([bad]), 'metrics')).toMatchObject({
    outcome: 'malformed',
    problem: expect.stringContaining(where),
  });
});

test('64-bit integers are exact as JSON numbers, too', () => {
  const text = JSON.stringify(jsonRequest([gauge({ asInt: 'N', timeUnixNano: 'T' })]))
    .replace('"N"', '-9007199254740993')
    .replace('"T"', String(NOW + 1n));
  const decoded = decodeRequest('metrics', Buffer.from(text), 'json', NOW);
  expect(rowsOf(decoded)[0]).toMatchObject({ value_int: -9007199254740993n, TimeUnix: NOW + 1n });
});

test('a metric of a kind that is not known yet is passed over', () => {
  expect(decode(request([metric(20, [[1, message(TIMES)]]), PROTOBUF[0] ?? new Uint8Array()]))).toMatchObject({
    outcome: 'decoded',
    items: 1,
  });
});

test('whatever bytes come, they are refused or read', () => {
  const body = request(PROTOBUF);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(body.length),
      (changes, length) => {
        const bent = Uint8Array.from(body.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) bent[at] = byte;
        expect(['decoded', 'malformed', 'too-large']).toContain(decode(bent).outcome);
      },
    ),
    { numRuns: 2000, interruptAfterTimeLimit: 2000 },
  );
});
