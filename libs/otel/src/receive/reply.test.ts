import { expect, test } from 'vitest';
import { encodeStatus, encodeSuccess } from './reply.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

test('a full success is an empty response', () => {
  const full = { signal: 'logs', rejected: 0, message: '' } as const;
  expect(encodeSuccess('protobuf', full).length).toBe(0);
  expect(json(encodeSuccess('json', full))).toEqual({});
});

test.each([
  ['traces', 'rejectedSpans'],
  ['metrics', 'rejectedDataPoints'],
  ['logs', 'rejectedLogRecords'],
] as const)('a partial success of %s tells how many and why, 64-bit integers as text in JSON', (signal, name) => {
  // partial_success (1) of 6 bytes: rejected (1) = 3, error_message (2) = "no"
  expect(hex(encodeSuccess('protobuf', { signal, rejected: 3, message: 'no' }))).toBe('0a06080312026e6f');
  expect(json(encodeSuccess('json', { signal, rejected: 3, message: 'no' }))).toEqual({
    partialSuccess: { [name]: '3', errorMessage: 'no' },
  });
});

test('a failure is a google.rpc.Status', () => {
  expect(hex(encodeStatus('protobuf', { code: 'invalidArgument', message: 'no' }))).toBe('080312026e6f');
  expect(json(encodeStatus('json', { code: 'resourceExhausted', message: 'no' }))).toEqual({ code: 8, message: 'no' });
});

test('back-pressure says when to come again', () => {
  const later = { code: 'unavailable', message: 'no', retrySeconds: 5 } as const;
  expect(json(encodeStatus('json', later))).toEqual({
    code: 14,
    message: 'no',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '5s' }],
  });
  // details (3): Any of type_url (1) and value (2) = RetryInfo { retry_delay (1) = Duration { seconds (1) = 5 } }
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo').toString('hex');
  expect(hex(encodeStatus('protobuf', later))).toBe(`080e12026e6f1a300a28${type}12040a020805`);
});
