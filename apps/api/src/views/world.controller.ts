import {
  crashesAnswer,
  crashesQuery,
  resolveWindow,
  ROOT_CAUSE_LIMITS,
  serviceMapAnswer,
  serviceMapQuery,
  toWindow,
  WINDOW_LIMITS,
  type CrashesAnswer,
  type CrashesQuery,
  type ServiceMapAnswer,
  type ServiceMapQuery,
} from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toCrashJson, toServiceMapJson } from './convert-world.ts';

@ApiTags('inventory')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class WorldController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('service-map')
  @Documents({ summary: 'Which service calls which', answer: serviceMapAnswer })
  async serviceMap(@Query({ schema: serviceMapQuery }) query: ServiceMapQuery): Promise<ServiceMapAnswer> {
    const window = resolveWindow(query, this.clock.unixNanos(), ROOT_CAUSE_LIMITS);
    return { window: toWindow(window), ...toServiceMapJson(await this.store.views.serviceMap(window)) };
  }

  @Get('crashes')
  @Documents({ summary: 'Processes that the Go runtime ended, with their stacks', answer: crashesAnswer })
  async crashes(@Query({ schema: crashesQuery }) query: CrashesQuery): Promise<CrashesAnswer> {
    const window = resolveWindow(query, this.clock.unixNanos(), WINDOW_LIMITS);
    const items = await this.store.views.crashes(query.service, window, query.limit);
    return { window: toWindow(window), items: items.map(toCrashJson) };
  }
}
