/** Outcome → answer over HTTP: status, headers and body in the request's encoding. Pure. */
import {
  type BodyRead,
  CONTENT_TYPES,
  encodeStatus,
  encodeSuccess,
  type Encoding,
  MAX_BODY_BYTES,
  type Signal,
  type Status,
} from '@mapscope/otel';
import { CROWDED } from './desk.ts';
import type { Taken } from './intake.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

type Headers = Answer['headers'];

/** @param encoding undefined where the request's is not known: then it is plain text */
export function statusAnswer(
  encoding: Encoding | undefined,
  status: number,
  given: Status,
  headers: Headers = {},
): Answer {
  if (encoding !== undefined) {
    return {
      status,
      headers: { 'content-type': CONTENT_TYPES[encoding], ...headers },
      body: encodeStatus(encoding, given),
    };
  }
  const plain = { 'content-type': 'text/plain; charset=utf-8', ...headers };
  return { status, headers: plain, body: Buffer.from(`${given.message}\n`) };
}

export const TOO_LARGE = `the body is larger than ${MAX_BODY_BYTES} bytes, as sent or unpacked: send smaller batches`;

export function bodyProblemAnswer(encoding: Encoding, outcome: Exclude<BodyRead['outcome'], 'read'>): Answer {
  const bad = (message: string): Answer => statusAnswer(encoding, 400, { code: 'invalidArgument', message });
  switch (outcome) {
    case 'too-large':
      return failureAnswer(encoding, { outcome, problem: TOO_LARGE });
    case 'crowded':
      return failureAnswer(encoding, CROWDED);
    case 'not-gzip':
      return bad('the body is not gzip, or is cut short, though content-encoding says gzip');
    case 'aborted':
      break;
  }
  return bad('the body ended before it was whole');
}

export type Failure = Exclude<Taken, { readonly outcome: 'taken' }>;

export function failureAnswer(encoding: Encoding, failure: Failure): Answer {
  const { outcome, problem: message } = failure;
  switch (outcome) {
    case 'malformed':
      return statusAnswer(encoding, 400, { code: 'invalidArgument', message });
    case 'too-large':
      return statusAnswer(encoding, 413, { code: 'resourceExhausted', message });
    case 'later':
      break;
  }
  const { seconds } = failure;
  const status: Status = { code: 'unavailable', message, retrySeconds: seconds };
  return statusAnswer(encoding, 503, status, { 'retry-after': String(seconds) });
}

export function takenAnswer(signal: Signal, encoding: Encoding, taken: Taken): Answer {
  if (taken.outcome !== 'taken') return failureAnswer(encoding, taken);
  const { rejected, message } = taken;
  const body = encodeSuccess(encoding, { signal, rejected, message });
  return { status: 200, headers: { 'content-type': CONTENT_TYPES[encoding] }, body };
}
