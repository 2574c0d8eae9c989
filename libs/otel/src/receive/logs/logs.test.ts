import { expect, test } from 'vitest';
import { decodeRequest } from '../decode-request.ts';
import { decodedJson, type Fields, hexBytes, message, NOW, rowsOf, SPAN, TRACE } from '../testing.ts';

const request = (records: readonly Uint8Array[]): Uint8Array =>
  message([
    [
      1,
      message([
        [3, 'https://resource'],
        [2, message([[3, 'https://scope'], ...records.map((record) => [2, record] as const)])],
      ]),
    ],
  ]);
const jsonRequest = (records: readonly object[]): object => ({
  resourceLogs: [{ schemaUrl: 'https://resource', scopeLogs: [{ schemaUrl: 'https://scope', logRecords: records }] }],
});
const decode = (record: Fields) => decodeRequest('logs', request([message(record)]), 'protobuf', NOW);

const ROW = {
  Timestamp: NOW,
  TraceId: TRACE,
  SpanId: SPAN,
  TraceFlags: 1,
  SeverityText: 'WARN',
  SeverityNumber: 13,
  ServiceName: '',
  Body: '{"a":[1,null]}',
  ResourceSchemaUrl: 'https://resource',
  ResourceAttributes: { keys: [], values: [] },
  ScopeSchemaUrl: 'https://scope',
  ScopeName: '',
  ScopeVersion: '',
  ScopeAttributes: { keys: [], values: [] },
  LogAttributes: { keys: ['k'], values: ['7'] },
  EventName: 'e',
  observed_ts: NOW + 1n,
  platform: 'arch=unknown',
};

test('a log record is read field by field, by protobuf and by JSON', () => {
  const list = message([
    [1, message([[3, 1]])],
    [1, message([])],
  ]);
  const pair = message([
    [1, 'a'],
    [2, message([[5, list]])],
  ]);
  const flags = Buffer.from([0x45, 0x01, 0x02, 0, 0]); // field 8, fixed32: 0x201
  const record = message([
    [1, NOW],
    [2, 13],
    [3, 'WARN'],
    [5, message([[6, message([[1, pair]])]])],
    [
      6,
      message([
        [1, 'k'],
        [2, message([[3, 7]])],
      ]),
    ],
    [9, hexBytes(TRACE)],
    [10, hexBytes(SPAN)],
    [11, NOW + 1n],
    [12, 'e'],
    [99, 'later'],
  ]);
  expect(rowsOf(decodeRequest('logs', request([Buffer.concat([record, flags])]), 'protobuf', NOW))).toEqual([ROW]);
  const json = {
    timeUnixNano: String(NOW),
    observedTimeUnixNano: String(NOW + 1n),
    severityNumber: 13,
    severityText: 'WARN',
    body: { kvlistValue: { values: [{ key: 'a', value: { arrayValue: { values: [{ intValue: 1 }, {}] } } }] } },
    attributes: [{ key: 'k', value: { intValue: '7' } }],
    flags: 0x201,
    traceId: TRACE.toUpperCase(),
    spanId: SPAN,
    eventName: 'e',
    later: 1,
  };
  expect(rowsOf(decodedJson(jsonRequest([json]), 'logs'))).toEqual([ROW]);
});

test.each([
  ['no time: when it was observed', [[11, NOW - 5n]], { Timestamp: NOW - 5n, observed_ts: NOW - 5n }],
  ['no time at all: when it came', [], { Timestamp: NOW, observed_ts: NOW }],
  [
    'ids of zeros: none',
    [
      [9, new Uint8Array(16)],
      [10, new Uint8Array(8)],
    ],
    { TraceId: '', SpanId: '' },
  ],
  ['a severity that no one knows: unspecified', [[2, 99]], { SeverityNumber: 0 }],
] as const)('%s', (_, record, stored) => {
  expect(rowsOf(decode(record))).toEqual([expect.objectContaining(stored)]);
});

test.each([
  ['short trace id', { traceId: 'abcd' }, 'trace id'],
  ['span id that is no hex', { spanId: 'z'.repeat(16) }, 'span id'],
  ['time in 1971', { timeUnixNano: '31536000000000000' }, 'older than 7 days'],
])('a record with %s is refused by itself, the others are kept', (_, bad, why) => {
  expect(decodedJson(jsonRequest([{}, bad]), 'logs')).toMatchObject({
    outcome: 'decoded',
    items: 1,
    rejected: 1,
    firstFault: expect.stringContaining(why),
  });
});
