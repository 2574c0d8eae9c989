/**
 * Answers in the encoding of their request: ExportTraceServiceResponse, or google.rpc.Status with every failure
 * (OTLP specification, "OTLP/HTTP Response"; google/rpc/status.proto, code.proto).
 */
import protobuf from 'protobufjs/minimal.js';
import type { Encoding } from './decode-traces.ts';

/** Of google.rpc.Code, those this receiver gives. */
export const STATUS_CODES = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;
export type StatusCode = keyof typeof STATUS_CODES;

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Number of the field, shifted, and its wire type: 0 varint, 2 length-delimited. */
const tag = (field: number, wire: 0 | 2): number => (field << 3) | wire;

export function encodeStatus(encoding: Encoding, code: StatusCode, message: string): Uint8Array {
  const number = STATUS_CODES[code];
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code: number, message }));
  return protobuf.Writer.create().uint32(tag(1, 0)).int32(number).uint32(tag(2, 2)).string(message).finish();
}

/** No rejected span and no message: a full success, whose message is empty. */
export function encodeSuccess(encoding: Encoding, rejectedSpans: number, errorMessage: string): Uint8Array {
  const isFull = rejectedSpans === 0 && errorMessage === '';
  if (encoding === 'json') {
    const partialSuccess = { rejectedSpans: String(rejectedSpans), errorMessage };
    return Buffer.from(JSON.stringify(isFull ? {} : { partialSuccess }));
  }
  if (isFull) return new Uint8Array();
  const writer = protobuf.Writer.create().uint32(tag(1, 2)).fork();
  return writer.uint32(tag(1, 0)).int64(rejectedSpans).uint32(tag(2, 2)).string(errorMessage).ldelim().finish();
}
