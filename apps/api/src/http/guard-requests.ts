/** The door of every request: Host, Origin and key, before its body is read and before any route. */
import { PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import type { Guard, Refused, Scope } from '@mapscope/events';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusedProblem, toProblem } from './problem.ts';

/** For whatever keeps the process running, which has no key. */
const HEALTH: ReadonlySet<string> = new Set(['/livez', '/readyz']);
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** `route` as the router knows it, never as it was written; undefined: no route answers, the page's files included. */
export function scopeOf(method: string, route: string | undefined): Scope | 'none' {
  if (!READS.has(method)) return 'control';
  return route !== undefined && HEALTH.has(route) ? 'none' : 'read';
}

export function guardRequests(fastify: FastifyInstance, guard: Guard): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { headers, socket, method } = request;
    const { localPort } = socket;
    const answer = guard.check({ headers, localPort }, scopeOf(method, request.routeOptions.url));
    if (!answer.allowed) return refuse(answer, request, reply);
    const encoding = headers['content-encoding'];
    // A body that grows when it is unpacked is not unpacked at all.
    if (encoding !== undefined && encoding !== 'identity') return refuseEncoding(request, reply);
    done();
  });
}

function refuse(refused: Refused, request: FastifyRequest, reply: FastifyReply): void {
  const { status, problem } = refusedProblem(refused, askedFor(request));
  // Basic, so that a browser asks for the key and gives it to the page's own requests, EventSource included.
  if (status === 401) void reply.header('www-authenticate', 'Basic realm="Mapscope", charset="UTF-8", Bearer');
  void reply.status(status).type(PROBLEM_CONTENT_TYPE).send(problem);
}

const askedFor = ({ method, url, id }: FastifyRequest) => ({ method, path: url.split('?', 1)[0] ?? '', requestId: id });

function refuseEncoding(request: FastifyRequest, reply: FastifyReply): void {
  const { status, problem } = toProblem(new UnsupportedMediaTypeException(ENCODED), askedFor(request));
  void reply.status(status).type(PROBLEM_CONTENT_TYPE).send(problem);
}

const ENCODED = 'compressed bodies are not read here: send it as it is, without content-encoding';
