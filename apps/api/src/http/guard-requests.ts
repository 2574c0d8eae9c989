/** The door of every request: Host, Origin and key, before its body is read and before any route. */
import { PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import type { Guard, Refused, Scope } from '@mapscope/events';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusedProblem, toProblem } from './problem.ts';

/** For whatever keeps the process running, which has no key. */
const HEALTH: readonly string[] = ['/livez', '/readyz'];
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** Questions too large for an address: they change nothing. A tool of /mcp that does asks the guard itself. */
const ASKED_BY_POST: ReadonlySet<string> = new Set(['/api/v1/explain', '/mcp']);

/** `route` as the router knows it, never as it was written; undefined: no route answers. */
export function scopeOf(
  method: string,
  route: string | undefined,
  open: ReadonlySet<string> = new Set(),
): Scope | 'none' {
  if (method === 'POST' && route !== undefined && ASKED_BY_POST.has(route)) return 'read';
  if (!READS.has(method)) return 'control';
  return route !== undefined && (HEALTH.includes(route) || open.has(route)) ? 'none' : 'read';
}

/**
 * `openPages`: routes of a built UI's files. They are the same for everybody and hold no data; the page asks for a key
 * itself, which it could not do if it were refused.
 */
export function guardRequests(fastify: FastifyInstance, guard: Guard, openPages: ReadonlySet<string>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { headers, socket, method } = request;
    const asked = { headers, localPort: socket.localPort };
    const scope = scopeOf(method, request.routeOptions.url, openPages);
    const answer = guard.check(asked, scope);
    if (!answer.allowed) {
      // Refused although it comes from where it may: then it is the key.
      const isKey = scope !== 'none' && guard.check(asked, 'none').allowed;
      return refuse(answer, { request, reply, neededScope: isKey ? scope : undefined });
    }
    const encoding = headers['content-encoding'];
    // A body that grows when it is unpacked is not unpacked at all.
    if (encoding !== undefined && encoding !== 'identity') return refuseEncoding(request, reply);
    done();
  });
}

interface RefusedRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly neededScope: Scope | undefined;
}

function refuse(refused: Refused, { request, reply, neededScope }: RefusedRequest): void {
  const { status, problem } = refusedProblem(refused, askedFor(request));
  if (status === 401) void reply.header('www-authenticate', challengeFor(request.headers.accept));
  const body = neededScope === undefined ? problem : { ...problem, neededScope };
  void reply.status(status).type(PROBLEM_CONTENT_TYPE).send(body);
}

/**
 * Basic where a person opened an address (/docs, /metrics): the browser then asks for the key. Not for what a page
 * fetches: the browser's own window would come up over the page, which asks in its own words.
 */
const challengeFor = (accept: string | undefined): string =>
  accept?.includes('text/html') === true ? 'Basic realm="Mapscope", charset="UTF-8", Bearer' : 'Bearer';

const askedFor = ({ method, url, id }: FastifyRequest) => ({ method, path: url.split('?', 1)[0] ?? '', requestId: id });

function refuseEncoding(request: FastifyRequest, reply: FastifyReply): void {
  const { status, problem } = toProblem(new UnsupportedMediaTypeException(ENCODED), askedFor(request));
  void reply.status(status).type(PROBLEM_CONTENT_TYPE).send(problem);
}

const ENCODED = 'compressed bodies are not read here: send it as it is, without content-encoding';
