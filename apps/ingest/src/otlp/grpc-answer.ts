/** Outcome → answer over gRPC: the response's bytes, or a status. Pure. */
import { encodeSuccess, type Signal, type Status } from '@mapscope/otel';
import type { Failure } from './answer.ts';
import type { Taken } from './intake.ts';

export function grpcAnswer(signal: Signal, taken: Taken): Uint8Array | Status {
  if (taken.outcome !== 'taken') return grpcFailure(taken);
  return encodeSuccess('protobuf', { signal, rejected: taken.rejected, message: taken.message });
}

/** RESOURCE_EXHAUSTED without RetryInfo: never again, smaller batches will do (OTLP specification, "OTLP/gRPC Throttling"). */
export function grpcFailure(failure: Failure): Status {
  const { outcome, problem: message } = failure;
  switch (outcome) {
    case 'malformed':
      return { code: 'invalidArgument', message };
    case 'too-large':
      return { code: 'resourceExhausted', message };
    case 'later':
      break;
  }
  return { code: 'unavailable', message, retrySeconds: failure.seconds };
}
