import {
  contentionAnswer,
  contentionQuery,
  latencyAnswer,
  latencyQuery,
  toLatencySeries,
  toWindow,
  type ContentionAnswer,
  type ContentionQuery,
  type LatencyAnswer,
  type LatencyQuery,
} from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toContentionJson } from './convert.ts';
import { coveragesOf, type Coverages } from './coverages.ts';
import { chooseStepSeconds, toEvidenceQuery } from './question.ts';

@ApiTags('charts')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class ChartsController {
  private readonly coverage: Coverages;

  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.coverage = coveragesOf(store.evidence, clock);
  }

  @Get('latency')
  @Documents({ summary: 'Latency of a service over time', answer: latencyAnswer })
  async latency(@Query({ schema: latencyQuery }) query: LatencyQuery): Promise<LatencyAnswer> {
    const asked = toEvidenceQuery(query, this.clock.unixNanos());
    const stepSeconds = chooseStepSeconds(asked.window, query.step);
    const [points, coverage] = await Promise.all([
      this.store.evidence.latencySeries(asked, stepSeconds),
      this.coverage(asked),
    ]);
    const window = toWindow(asked.window);
    return { service: query.service, window, stepMs: stepSeconds * 1000, series: toLatencySeries(points), coverage };
  }

  @Get('contention')
  @Documents({ summary: 'Who waited for whom, by line of source, most waited first', answer: contentionAnswer })
  async contention(@Query({ schema: contentionQuery }) query: ContentionQuery): Promise<ContentionAnswer> {
    const asked = toEvidenceQuery(query, this.clock.unixNanos());
    const [rows, coverage] = await Promise.all([this.store.contention(asked, query.limit), this.coverage(asked)]);
    return { service: query.service, window: toWindow(asked.window), items: rows.map(toContentionJson), coverage };
  }
}
