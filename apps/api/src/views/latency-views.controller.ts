import {
  heatmapAnswer,
  heatmapQuery,
  slowestAnswer,
  slowestQuery,
  toWindow,
  waitStacksAnswer,
  waitStacksQuery,
  ROOT_CAUSE_LIMITS,
  resolveWindow,
  type HeatmapAnswer,
  type HeatmapQuery,
  type SlowestAnswer,
  type SlowestQuery,
  type WaitStacksAnswer,
  type WaitStacksQuery,
} from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { chooseStepSeconds, toEvidenceQuery } from '../queries/question.ts';
import { toHeatmapJson, toSlowJson, toWaitStackJson } from './convert-latency.ts';

@ApiTags('charts')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class LatencyViewsController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('latency/heatmap')
  @Documents({ summary: 'How many requests took how long, over time', answer: heatmapAnswer })
  async heatmap(@Query({ schema: heatmapQuery }) query: HeatmapQuery): Promise<HeatmapAnswer> {
    const asked = toEvidenceQuery(query, this.clock.unixNanos());
    const found = await this.store.views.heatmap(asked, chooseStepSeconds(asked.window, query.step));
    return { service: query.service, window: toWindow(asked.window), ...toHeatmapJson(found) };
  }

  @Get('latency/slowest')
  @Documents({ summary: 'The slowest request of each part of the window', answer: slowestAnswer })
  async slowest(@Query({ schema: slowestQuery }) query: SlowestQuery): Promise<SlowestAnswer> {
    const asked = toEvidenceQuery(query, this.clock.unixNanos());
    const items = await this.store.views.slowest(asked, query.limit);
    return { service: query.service, window: toWindow(asked.window), items: items.map(toSlowJson) };
  }

  @Get('contention/stacks')
  @Documents({ summary: 'Waits by stack, beside those of a baseline', answer: waitStacksAnswer })
  async waitStacks(@Query({ schema: waitStacksQuery }) query: WaitStacksQuery): Promise<WaitStacksAnswer> {
    const now = this.clock.unixNanos();
    const asked = toEvidenceQuery(query, now, ROOT_CAUSE_LIMITS);
    const baseline =
      query.baselineFrom === undefined
        ? undefined
        : resolveWindow({ from: query.baselineFrom, to: query.baselineTo }, now, ROOT_CAUSE_LIMITS);
    const found = await this.store.views.waitStacks(asked, {
      role: query.role === 'waiter' ? 'waiter' : 'holder',
      lock: query.lock === undefined ? undefined : BigInt(query.lock),
      baseline,
      limit: query.limit,
    });
    return {
      service: query.service,
      role: query.role,
      window: toWindow(asked.window),
      baseline: baseline === undefined ? null : toWindow(baseline),
      ...toWaitStackJson(found),
    };
  }
}
