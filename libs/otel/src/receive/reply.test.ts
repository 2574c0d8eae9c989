import { expect, test } from 'vitest';
import { encodeStatus, encodeSuccess } from './reply.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

test('a full success is an empty response', () => {
  expect(encodeSuccess('protobuf', 0, '').length).toBe(0);
  expect(json(encodeSuccess('json', 0, ''))).toEqual({});
});

test('a partial success tells how many and why, 64-bit integers as text in JSON', () => {
  // partial_success (1) of 6 bytes: rejected_spans (1) = 3, error_message (2) = "no"
  expect(hex(encodeSuccess('protobuf', 3, 'no'))).toBe('0a06080312026e6f');
  expect(json(encodeSuccess('json', 3, 'no'))).toEqual({ partialSuccess: { rejectedSpans: '3', errorMessage: 'no' } });
});

test('a failure is a google.rpc.Status', () => {
  expect(hex(encodeStatus('protobuf', 'invalidArgument', 'no'))).toBe('080312026e6f');
  expect(json(encodeStatus('json', 'resourceExhausted', 'no'))).toEqual({ code: 8, message: 'no' });
});
