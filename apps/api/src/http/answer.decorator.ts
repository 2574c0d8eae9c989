import { PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import type { z } from 'zod';

interface Documented {
  readonly summary: string;
  readonly answer: z.ZodType;
  readonly status?: number;
  /** statuses besides the answer's that a caller should expect, with the reason */
  readonly problems?: Readonly<Record<number, string>>;
}

/** Documents a route: its answer by the schema of libs/contract, its problems by RFC 9457. */
export function Documents({ summary, answer, status = 200, problems = {} }: Documented): MethodDecorator {
  const expected = { ...problems, default: 'any other problem' };
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status, description: summary, standardSchema: answer }),
    ...Object.entries(expected).map(([code, description]) => ApiResponse(problemResponse(code, description))),
  );
}

/** A route that answers with server-sent events, whose data is described by a named schema. */
export function DocumentsStream(summary: string, name: string): MethodDecorator {
  const schema = { $ref: `#/components/schemas/${name}` };
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status: 200, description: summary, content: { 'text/event-stream': { schema } } }),
    ApiResponse(problemResponse('400', 'the cursor is none')),
    ApiResponse(problemResponse('503', 'as many listen as may, or ClickHouse is away')),
    ApiResponse(problemResponse('default', 'any other problem')),
  );
}

function problemResponse(code: string, description: string): ApiResponseOptions {
  const schema = { $ref: '#/components/schemas/Problem' };
  return {
    status: code === 'default' ? 'default' : Number(code),
    description,
    content: { [PROBLEM_CONTENT_TYPE]: { schema } },
  };
}
