/**
 * OTLP over HTTP. Refusals come before the body is read; a body that is refused half-way is let run dry for a moment, so that
 * the client reads the answer instead of a reset connection.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Guard } from '@mapscope/events';
import { type ByteBudget, type Encoding, MAX_BODY_BYTES, readBody } from '@mapscope/otel';
import { type Answer, bodyProblemAnswer, laterAnswer, takenAnswer, textAnswer, tooLargeAnswer } from './answer.ts';
import type { Backlog } from './backlog.ts';
import type { Taken } from './intake.ts';
import { judgeHead } from './request-head.ts';

export interface HandlerNeeds {
  readonly guard: Pick<Guard, 'check'>;
  readonly take: (body: Uint8Array, encoding: Encoding) => Promise<Taken>;
  readonly backlog: Backlog;
  readonly budget: ByteBudget;
  readonly answerMillis: number;
  /** how long the rest of a refused body may still come */
  readonly runDryMillis: number;
  readonly onAnswered: (status: number) => void;
  /** our own fault: answered with 500 */
  readonly onFault: (error: unknown) => void;
}

export function makeHandler(needs: HandlerNeeds): RequestListener {
  return (request, response) => void serve(request, response, needs);
}

async function serve(request: IncomingMessage, response: ServerResponse, needs: HandlerNeeds): Promise<void> {
  const given = await answer(request, needs).catch((error: unknown) => {
    needs.onFault(error);
    return textAnswer(500, 'a fault in Mapscope itself, see its log');
  });
  needs.onAnswered(given.status);
  send(request, response, given, needs.runDryMillis);
}

async function answer(request: IncomingMessage, needs: HandlerNeeds): Promise<Answer> {
  const guarded = needs.guard.check({ headers: request.headers, localPort: request.socket.localPort }, 'ingest');
  if (!guarded.allowed) return textAnswer(guarded.status, guarded.reason);
  const head = judgeHead({
    method: request.method ?? '',
    path: (request.url ?? '').split('?')[0] ?? '',
    contentType: request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
  });
  if (!head.ok) return textAnswer(head.status, head.problem, HEADERS[head.status]);
  const { encoding } = head;
  if (needs.backlog.isBehind()) return laterAnswer(encoding, 5, BEHIND);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return tooLargeAnswer(encoding);
  const bounds = { maxBytes: MAX_BODY_BYTES, budget: needs.budget };
  const read = await readBody(request, head.packing, bounds);
  return read.outcome === 'read' ? takeInTime(read.body, encoding, needs) : bodyProblemAnswer(encoding, read.outcome);
}

const BEHIND = 'Kafka does not keep up: send again in a few seconds';
const HEADERS = { 404: {}, 405: { allow: 'POST' }, 415: { 'accept-encoding': 'gzip' } } as const;

/** Clients wait 10 s by default; one that hears "later" in time keeps its spans. The work goes on, and its bytes stay held. */
async function takeInTime(body: Uint8Array, encoding: Encoding, needs: HandlerNeeds): Promise<Answer> {
  const work = needs.take(body, encoding).finally(() => needs.budget.give(body.length));
  needs.backlog.track(work);
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, needs.answerMillis, undefined);
  const taken = await Promise.race([work, late]).finally(() => clearTimeout(timer));
  if (taken !== undefined) return takenAnswer(encoding, taken);
  work.catch(needs.onFault);
  return laterAnswer(encoding, 5, BEHIND);
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
