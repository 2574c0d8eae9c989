import { PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from './problem.ts';
import { headersFor } from './security.ts';

/** Fastify's router answers a path it cannot decode before any hook or filter runs, so all is said here. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?', 1)[0] ?? '';
  const { status, problem } = toProblem(error, { method: request.method, path, requestId: request.id });
  void reply.headers(headersFor(request.url, request.id)).status(status).type(PROBLEM_CONTENT_TYPE).send(problem);
}
