/**
 * Answers in the encoding of their request: Export…ServiceResponse, or google.rpc.Status with every failure
 * (OTLP specification, "OTLP/HTTP Response"; google/rpc/status.proto, code.proto, error_details.proto).
 */
import protobuf from 'protobufjs/minimal.js';
import type { Encoding, Signal } from './decode-request.ts';

/** Of google.rpc.Code, those this receiver gives. */
export const STATUS_CODES = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;
export type StatusCode = keyof typeof STATUS_CODES;

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** Number of the field, shifted, and its wire type: 0 varint, 2 length-delimited. */
const tag = (field: number, wire: 0 | 2): number => (field << 3) | wire;

export interface Status {
  readonly code: StatusCode;
  readonly message: string;
  /** the client may come again then */
  readonly retrySeconds?: number;
}

export function encodeStatus(encoding: Encoding, { code, message, retrySeconds }: Status): Uint8Array {
  const number = STATUS_CODES[code];
  if (encoding === 'json') {
    const details = [{ '@type': RETRY_INFO, retryDelay: `${retrySeconds}s` }];
    return Buffer.from(JSON.stringify({ code: number, message, ...(retrySeconds !== undefined && { details }) }));
  }
  const writer = protobuf.Writer.create().uint32(tag(1, 0)).int32(number).uint32(tag(2, 2)).string(message);
  if (retrySeconds !== undefined) writer.uint32(tag(3, 2)).bytes(retryInfo(retrySeconds));
  return writer.finish();
}

/** google.protobuf.Any { 1: type, 2: RetryInfo { 1: Duration { 1: seconds } } } */
function retryInfo(seconds: number): Uint8Array {
  const writer = protobuf.Writer.create().uint32(tag(1, 2)).string(RETRY_INFO);
  writer.uint32(tag(2, 2)).fork().uint32(tag(1, 2)).fork().uint32(tag(1, 0)).int64(seconds).ldelim().ldelim();
  return writer.finish();
}

/** In JSON; in protobuf it is field 1 for all three. */
const REJECTED: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

export interface Success {
  readonly signal: Signal;
  readonly rejected: number;
  /** empty: all is well */
  readonly message: string;
}

/** Nothing rejected and no message: a full success, which is an empty message. */
export function encodeSuccess(encoding: Encoding, { signal, rejected, message }: Success): Uint8Array {
  const isFull = rejected === 0 && message === '';
  if (encoding === 'json') {
    const partialSuccess = { [REJECTED[signal]]: String(rejected), errorMessage: message };
    return Buffer.from(JSON.stringify(isFull ? {} : { partialSuccess }));
  }
  if (isFull) return new Uint8Array();
  const writer = protobuf.Writer.create().uint32(tag(1, 2)).fork();
  return writer.uint32(tag(1, 0)).int64(rejected).uint32(tag(2, 2)).string(message).ldelim().finish();
}
