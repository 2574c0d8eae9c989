import type { ProblemItem } from '@mapscope/contract';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { InvalidRequest } from './problem.ts';

const PLACES: Readonly<Record<string, ProblemItem['in']>> = { query: 'query', param: 'path', body: 'body' };

/** An answer lists at most this many problems: a body may hold as many as it has bytes. */
const MAX_ITEMS = 50;

/**
 * Checks a parameter against the Standard Schema given to its decorator, and hands on what the schema makes of it.
 * Nest's own StandardSchemaValidationPipe does the same but forgets where the value stood.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    const place = PLACES[type] ?? 'query';
    throw new InvalidRequest(
      result.issues.slice(0, MAX_ITEMS).map(({ path = [], message }) => ({
        in: place,
        name: path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.'),
        message,
      })),
    );
  }
}
