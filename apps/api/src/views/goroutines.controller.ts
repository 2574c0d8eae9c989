import {
  dumpsAnswer,
  dumpsQuery,
  resolveTimePoint,
  resolveWindow,
  timelineAnswer,
  timelineQuery,
  toWindow,
  WINDOW_LIMITS,
  type DumpsAnswer,
  type DumpsQuery,
  type TimelineAnswer,
  type TimelineQuery,
} from '@mapscope/contract';
import { MapscopeError, NANOS_PER_MILLI, type Clock } from '@mapscope/events';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toDumpJson, toTimelineJson } from './convert-goroutines.ts';

@ApiTags('goroutines')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1/goroutines')
export class GoroutinesController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Documents({ summary: 'When the goroutine flight recorder was read', answer: dumpsAnswer })
  async dumps(@Query({ schema: dumpsQuery }) query: DumpsQuery): Promise<DumpsAnswer> {
    const window = resolveWindow(query, this.clock.unixNanos(), WINDOW_LIMITS);
    const items = await this.store.views.dumps(query.service, window, query.limit);
    return { window: toWindow(window), items: items.map(toDumpJson) };
  }

  @Get('timeline')
  @Documents({
    summary: 'States of all goroutines in the last milliseconds before the recorder was read',
    answer: timelineAnswer,
    problems: { 404: 'the recorder was not read then' },
  })
  async timeline(@Query({ schema: timelineQuery }) query: TimelineQuery): Promise<TimelineAnswer> {
    const { service, pid, lastMs } = query;
    const dumpUnixNanos = resolveTimePoint(query.at, this.clock.unixNanos());
    const lastNanos = BigInt(Math.round(lastMs * Number(NANOS_PER_MILLI)));
    const found = await this.store.views.dump({ service, pid, dumpUnixNanos, lastNanos });
    if (found !== undefined) return toTimelineJson(found, dumpUnixNanos - lastNanos);
    const text = `the flight recorder of process ${pid} of ${JSON.stringify(service.slice(0, 64))} was not read then: /api/v1/goroutines lists when it was; give its "at" as it stands there`;
    throw new MapscopeError('NOT_FOUND', text, { facts: { service, pid } });
  }
}
