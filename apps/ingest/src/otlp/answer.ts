/** Outcome → answer: status, headers and body in the request's encoding. Pure. */
import {
  type BodyRead,
  CONTENT_TYPES,
  encodeStatus,
  encodeSuccess,
  type Encoding,
  MAX_BODY_BYTES,
  type StatusCode,
} from '@mapscope/otel';
import type { Taken } from './intake.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Before the encoding is known. */
export function textAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: Buffer.from(`${text}\n`),
  };
}

export function statusAnswer(encoding: Encoding, status: number, code: StatusCode, message: string): Answer {
  return { status, headers: { 'content-type': CONTENT_TYPES[encoding] }, body: encodeStatus(encoding, code, message) };
}

/** Back-pressure: the client keeps its spans and comes again. */
export function laterAnswer(encoding: Encoding, seconds: number, message: string): Answer {
  const answer = statusAnswer(encoding, 503, 'unavailable', message);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

export const tooLargeAnswer = (encoding: Encoding): Answer =>
  statusAnswer(
    encoding,
    413,
    'resourceExhausted',
    `the body is larger than ${MAX_BODY_BYTES} bytes, as sent or unpacked: send smaller batches`,
  );

export function bodyProblemAnswer(encoding: Encoding, outcome: Exclude<BodyRead['outcome'], 'read'>): Answer {
  switch (outcome) {
    case 'too-large':
      return tooLargeAnswer(encoding);
    case 'crowded':
      return laterAnswer(encoding, 1, 'too many bytes are being received at once: send again in a moment');
    case 'not-gzip':
      return statusAnswer(
        encoding,
        400,
        'invalidArgument',
        'the body is not gzip, or is cut short, though content-encoding says gzip',
      );
    case 'aborted':
      break;
  }
  return statusAnswer(encoding, 400, 'invalidArgument', 'the body ended before it was whole');
}

export function takenAnswer(encoding: Encoding, taken: Taken): Answer {
  switch (taken.outcome) {
    case 'malformed':
      return statusAnswer(encoding, 400, 'invalidArgument', taken.problem);
    case 'too-large':
      return statusAnswer(encoding, 413, 'resourceExhausted', taken.problem);
    case 'kafka-away':
      return laterAnswer(encoding, 5, taken.problem);
    case 'taken':
      break;
  }
  const body = encodeSuccess(encoding, taken.rejected, taken.message);
  return { status: 200, headers: { 'content-type': CONTENT_TYPES[encoding] }, body };
}
