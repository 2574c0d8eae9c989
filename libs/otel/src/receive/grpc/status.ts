/** Our status as gRPC carries it: code and text in trailers, and google.rpc.Status with RetryInfo in grpc-status-details-bin. */
import { Metadata, status as CODES } from '@grpc/grpc-js';
import { encodeStatus, type Status, type StatusCode } from '../reply.ts';

export const OK = CODES.OK;

/** The numbers of google.rpc.Code, by the names that @grpc/grpc-js has for them. */
const NAMED: Readonly<Record<StatusCode, CODES>> = {
  invalidArgument: CODES.INVALID_ARGUMENT,
  notFound: CODES.NOT_FOUND,
  permissionDenied: CODES.PERMISSION_DENIED,
  resourceExhausted: CODES.RESOURCE_EXHAUSTED,
  unimplemented: CODES.UNIMPLEMENTED,
  internal: CODES.INTERNAL,
  unavailable: CODES.UNAVAILABLE,
  unauthenticated: CODES.UNAUTHENTICATED,
};

export interface GrpcStatus {
  readonly code: CODES;
  readonly details: string;
  readonly metadata: Metadata;
}

export function grpcStatus(given: Status): GrpcStatus {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus('protobuf', given)));
  return { code: NAMED[given.code], details: given.message, metadata };
}
