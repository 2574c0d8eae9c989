import { PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOG, type Log } from '../ports.ts';
import { toProblem } from './problem.ts';

/** Hands every error to `toProblem`, and what is our fault to the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = request.url.split('?', 1)[0] ?? '';
    const { status, problem } = toProblem(error, { method: request.method, path, requestId: request.id });
    if (status >= 500) this.log({ event: 'request-failed', requestId: request.id, path, error: describe(error) });
    if (status === 503) void reply.header('retry-after', '1');
    void reply.status(status).type(PROBLEM_CONTENT_TYPE).send(problem);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? 'nothing';
  const cause = error.cause === undefined ? '' : `\ncaused by: ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
