import {
  resolveTimePoint,
  ROOT_CAUSE_LIMITS,
  rootCauseAnswer,
  rootCauseQuery,
  toRootCauseAnswer,
  type RootCauseAnswer,
  type RootCauseQuery,
} from '@mapscope/contract';
import type { Clock, TimeWindow } from '@mapscope/events';
import type { Question } from '@mapscope/rootcause';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, EXPLAIN } from '../ports.ts';
import type { Explain } from './explainer.ts';
import { toEvidenceQuery } from './question.ts';

@ApiTags('root cause')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class RootCausesController {
  constructor(
    @Inject(EXPLAIN) private readonly explain: Explain,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('root-causes')
  @Documents({ summary: 'Why p99 rose: the lock, who waited, who held it, at which line', answer: rootCauseAnswer })
  async rootCauses(@Query({ schema: rootCauseQuery }) query: RootCauseQuery): Promise<RootCauseAnswer> {
    return toRootCauseAnswer(await this.explain(toQuestion(query, this.clock.unixNanos())));
  }
}

/**
 * Without a baseline the window is where to look for the last spike; with one it is the spike itself.
 * A baseline without an end lasts to the begin of the window.
 */
export function toQuestion(query: RootCauseQuery, nowUnixNanos: bigint): Question {
  const asked = toEvidenceQuery(query, nowUnixNanos, ROOT_CAUSE_LIMITS);
  if (query.baselineFrom === undefined) return asked;
  const baseline: TimeWindow = {
    fromUnixNanos: resolveTimePoint(query.baselineFrom, nowUnixNanos),
    toUnixNanos:
      query.baselineTo === undefined ? asked.window.fromUnixNanos : resolveTimePoint(query.baselineTo, nowUnixNanos),
  };
  return { ...asked, baseline };
}
