import {
  servicesAnswer,
  servicesQuery,
  toWindow,
  traceAnswer,
  traceIdText,
  WINDOW_LIMITS,
  resolveWindow,
  type ServicesAnswer,
  type ServicesQuery,
  type TraceAnswer,
} from '@mapscope/contract';
import { MapscopeError, parseTraceId, type Clock } from '@mapscope/events';
import { Controller, Get, Inject, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toTraceAnswer } from './convert-trace.ts';
import { toServiceJson } from './convert.ts';

@ApiTags('inventory')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class InventoryController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('services')
  @Documents({ summary: 'Services that served requests in the window', answer: servicesAnswer })
  async services(@Query({ schema: servicesQuery }) query: ServicesQuery): Promise<ServicesAnswer> {
    const window = resolveWindow(query, this.clock.unixNanos(), WINDOW_LIMITS);
    const rows = await this.store.services(window);
    return { window: toWindow(window), items: rows.map(toServiceJson) };
  }

  @Get('traces/:id')
  @Documents({
    summary: "One trace: its requests, their waits, and its services' OpenTelemetry spans",
    answer: traceAnswer,
    problems: { 404: 'not stored' },
  })
  async trace(@Param('id', { schema: traceIdText }) id: string): Promise<TraceAnswer> {
    const record = await this.store.trace(parseTraceId(id));
    if (record !== undefined) return toTraceAnswer(record);
    const text = `nothing of trace ${id} is stored: no probe saw it and no SDK sent it, it is older than the retention, or comes in a second`;
    throw new MapscopeError('NOT_FOUND', text, { facts: { traceId: id } });
  }
}
