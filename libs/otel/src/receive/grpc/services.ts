/**
 * The three services of OTLP over gRPC (opentelemetry/proto/collector/{trace,metrics,logs}/v1), without generated code: requests
 * and answers are the bytes they are, which our own decoder and encoder take.
 */
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { Signal } from '../decode-request.ts';

const PACKAGE = 'opentelemetry.proto.collector';

export const EXPORT_PATHS: Readonly<Record<Signal, string>> = {
  traces: `/${PACKAGE}.trace.v1.TraceService/Export`,
  metrics: `/${PACKAGE}.metrics.v1.MetricsService/Export`,
  logs: `/${PACKAGE}.logs.v1.LogsService/Export`,
};

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asItIs = (bytes: Buffer): Buffer => bytes;

export const exportService = (signal: Signal): ServiceDefinition => ({
  Export: {
    path: EXPORT_PATHS[signal],
    requestStream: false,
    responseStream: false,
    requestSerialize: asBuffer,
    requestDeserialize: asItIs,
    responseSerialize: asBuffer,
    responseDeserialize: asItIs,
  },
});
