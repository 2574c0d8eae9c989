/**
 * OTLP over HTTP. Refusals come before the body is read; a body that is refused half-way is let run dry for a moment, so that
 * the client reads the answer instead of a reset connection.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Guard } from '@mapscope/events';
import { type ByteBudget, MAX_BODY_BYTES, readBody, type StatusCode } from '@mapscope/otel';
import { type Answer, bodyProblemAnswer, failureAnswer, statusAnswer, takenAnswer } from './answer.ts';
import type { Desk } from './desk.ts';
import { encodingOf, judgeHead } from './request-head.ts';

export interface HandlerNeeds {
  readonly guard: Pick<Guard, 'check'>;
  readonly desk: Desk;
  readonly budget: ByteBudget;
  /** how long the rest of a refused body may still come */
  readonly runDryMillis: number;
  readonly onAnswered: (isRefused: boolean) => void;
  /** our own fault: answered with 500 */
  readonly onFault: (error: unknown) => void;
}

export function makeHandler(needs: HandlerNeeds): RequestListener {
  return (request, response) => void serve(request, response, needs);
}

async function serve(request: IncomingMessage, response: ServerResponse, needs: HandlerNeeds): Promise<void> {
  const given = await answer(request, needs).catch((error: unknown) => {
    needs.onFault(error);
    return refusal(request, 500, 'a fault in Mapscope itself, see its log');
  });
  needs.onAnswered(given.status >= 400);
  send(request, response, given, needs.runDryMillis);
}

async function answer(request: IncomingMessage, needs: HandlerNeeds): Promise<Answer> {
  const guarded = needs.guard.check({ headers: request.headers, localPort: request.socket.localPort }, 'ingest');
  if (!guarded.allowed) return refusal(request, guarded.status, guarded.reason);
  const head = judgeHead({
    method: request.method ?? '',
    path: (request.url ?? '').split('?')[0] ?? '',
    contentType: request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
  });
  if (!head.ok) return refusal(request, head.status, head.problem);
  const { encoding, signal } = head;
  const later = needs.desk.refusal();
  if (later !== undefined) return failureAnswer(encoding, later);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return bodyProblemAnswer(encoding, 'too-large');
  const read = await readBody(request, head.packing, { maxBytes: MAX_BODY_BYTES, budget: needs.budget });
  if (read.outcome !== 'read') return bodyProblemAnswer(encoding, read.outcome);
  return takenAnswer(signal, encoding, await needs.desk.serve({ signal, encoding, body: read.body }));
}

const REFUSALS = {
  401: { code: 'unauthenticated' },
  403: { code: 'permissionDenied' },
  404: { code: 'unimplemented' },
  405: { code: 'unimplemented', headers: { allow: 'POST' } },
  415: { code: 'invalidArgument', headers: { 'accept-encoding': 'gzip' } },
  500: { code: 'internal' },
} as const satisfies Record<number, { readonly code: StatusCode; readonly headers?: Answer['headers'] }>;

/** In the request's encoding, if it has one that is known. */
function refusal({ headers }: IncomingMessage, status: keyof typeof REFUSALS, message: string): Answer {
  const { code, ...more } = REFUSALS[status];
  return statusAnswer(
    encodingOf(headers['content-type']),
    status,
    { code, message },
    'headers' in more ? more.headers : {},
  );
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  runDryMillis: number,
): void {
  if (response.destroyed) return;
  const all = { ...headers, 'content-length': String(body.length) };
  if (request.complete) {
    response.writeHead(status, all).end(body);
    return;
  }
  response.writeHead(status, { ...all, connection: 'close' }).flushHeaders();
  response.write(body);
  runDry(request, runDryMillis, () => response.end());
}

/** Ending the response closes the connection, and a client that still writes would see that instead of the answer. */
function runDry(request: IncomingMessage, millis: number, end: () => void): void {
  // A listener for data makes the stream flow, at once or when its reader has let go of it.
  request.on('data', () => undefined);
  const timer = setTimeout(end, millis);
  request.once('end', end).once('close', () => {
    clearTimeout(timer);
    end();
  });
}
