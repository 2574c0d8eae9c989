/** Every error leaves as RFC 9457 problem details. Pure: error in, status and body out. */
import { STATUS_CODES } from 'node:http';
import type { Problem, ProblemItem } from '@mapscope/contract';
import { MapscopeError, type ErrorCode, type Refused } from '@mapscope/events';
import { HttpException } from '@nestjs/common';

/** All that was wrong with one request. */
export class InvalidRequest extends MapscopeError {
  readonly items: readonly ProblemItem[];

  constructor(items: readonly ProblemItem[]) {
    const listed = items.map(({ name, message }) => (name === '' ? message : `${name}: ${message}`));
    super('QUERY_INVALID', listed.join('; '));
    this.items = items;
  }
}

export interface AskedFor {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
}

export const refusedProblem = ({ status, reason }: Refused, asked: AskedFor): ProblemAnswer =>
  answer(status, 'ACCESS_REFUSED', reason, asked);

/** Codes that can reach a caller and mean something to him; all others are our fault: 500. */
const STATUS_OF_CODE: Partial<Readonly<Record<ErrorCode, number>>> = {
  QUERY_INVALID: 400,
  NOT_FOUND: 404,
  CLICKHOUSE_UNREACHABLE: 503,
  KAFKA_UNREACHABLE: 503,
  KAFKA_REFUSED: 503,
};

/** Fastify's own words say what, not how to mend (fastify: docs/Reference/Errors.md). */
const MEND_OF_FASTIFY: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body is not JSON by its header: send content-type: application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large: at most 64 KiB are read',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty: send a JSON object',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON: check its commas and quotes',
  FST_ERR_BAD_URL: 'the path cannot be decoded: write % as %25',
};

export interface ProblemAnswer {
  readonly status: number;
  readonly problem: Problem;
}

export function toProblem(error: unknown, asked: AskedFor): ProblemAnswer {
  if (error instanceof InvalidRequest) return answer(400, error.code, error.message, asked, error.items);
  if (error instanceof MapscopeError) return fromCode(error, asked);
  // Nest's adapter wraps what Fastify throws while it reads a request.
  const fastify = asFastifyError(error instanceof HttpException ? (error.cause ?? error) : error);
  if (fastify !== undefined) {
    const detail = MEND_OF_FASTIFY[fastify.code] ?? fastify.message;
    return answer(fastify.statusCode, 'QUERY_INVALID', detail, asked);
  }
  return error instanceof HttpException ? fromNest(error, asked) : internal(asked);
}

/** ClickHouse's own numbers (src/Common/ErrorCodes.cpp) that say something a caller can act on. */
const OF_CLICKHOUSE: Readonly<Record<number, readonly [number, string]>> = {
  60: [503, 'the tables are not there yet: start the writer, it makes them'],
  81: [503, 'the database is not there yet: start the writer, it makes it'],
  158: [422, 'the window holds more rows than one query may read: ask for a shorter one'],
  159: [422, 'the query takes too long: ask for a shorter window or for one route'],
  396: [422, 'the answer is too large: ask for a shorter window or for one route'],
};

function fromCode(error: MapscopeError, asked: AskedFor): ProblemAnswer {
  const known = error.code === 'CLICKHOUSE_REFUSED' ? OF_CLICKHOUSE[Number(error.facts['clickhouseCode'])] : undefined;
  if (known !== undefined) return answer(known[0], error.code, known[1], asked);
  const status = STATUS_OF_CODE[error.code];
  return status === undefined ? internal(asked) : answer(status, error.code, error.message, asked);
}

function fromNest(error: HttpException, asked: AskedFor): ProblemAnswer {
  const status = error.getStatus();
  if (status >= 500) return internal(asked);
  if (status !== 404) return answer(status, 'QUERY_INVALID', error.message, asked);
  return answer(
    404,
    'NOT_FOUND',
    `there is no ${asked.method} ${asked.path.slice(0, 200)}: /docs lists what there is`,
    asked,
  );
}

/** What went wrong inside may name hosts and statements: it is logged under the request id, not told. */
function internal(asked: AskedFor): ProblemAnswer {
  return answer(500, 'INTERNAL', `something failed here; the log has it under request id ${asked.requestId}`, asked);
}

function answer(
  status: number,
  code: ErrorCode,
  detail: string,
  asked: AskedFor,
  errors?: readonly ProblemItem[],
): ProblemAnswer {
  const problem: Problem = {
    type: `urn:mapscope:error:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: asked.path,
    code,
    requestId: asked.requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
  return { status, problem };
}

interface FastifyErrorShape {
  readonly code: string;
  readonly statusCode: number;
  readonly message: string;
}

function asFastifyError(error: unknown): FastifyErrorShape | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined;
  const { code, statusCode, message } = error;
  if (typeof code !== 'string' || !code.startsWith('FST_') || typeof statusCode !== 'number') return undefined;
  return statusCode >= 400 && statusCode < 500 ? { code, statusCode, message } : undefined;
}
