/**
 * Jaeger's query API v1, as far as Jaeger's UI and Grafana's Jaeger data source read: services, operations, search, one
 * trace, dependencies. Data source address: this api with /jaeger at its end.
 */
import { MapscopeError, NANOS_PER_SECOND, parseTraceId, type Clock, type TimeWindow } from '@mapscope/events';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { QueryGate } from '../http/query-gate.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { toJaegerTrace, type JaegerTrace } from './jaeger-trace.ts';
import { jaegerSearch, parseGoDuration, type JaegerSearch } from './search-query.ts';

/** Names are looked for in the last day; a search without times in the last hour, as Jaeger's own. */
const DAY_NANOS = 86_400n * NANOS_PER_SECOND;
const HOUR_NANOS = 3600n * NANOS_PER_SECOND;

const dependenciesQuery = z.object({
  endTs: z.coerce.number().int().optional(),
  lookback: z.coerce.number().int().optional(),
});
type DependenciesQuery = z.infer<typeof dependenciesQuery>;
const operationsQuery = z.object({ service: z.string().min(1).max(200), spanKind: z.string().max(40).optional() });
type OperationsQuery = z.infer<typeof operationsQuery>;

interface Answer<Item> {
  readonly data: readonly Item[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  readonly errors: null;
}

const answer = <Item>(data: readonly Item[]): Answer<Item> => ({
  data,
  total: data.length,
  limit: 0,
  offset: 0,
  errors: null,
});

const nanosOf = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : parseGoDuration(text);

@ApiExcludeController()
@Controller('jaeger/api')
export class JaegerController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(QueryGate) private readonly gate: QueryGate,
  ) {}

  @Get('services')
  async services(): Promise<Answer<string>> {
    return answer(await this.gate.run(() => this.store.traceSearch.services(this.last(DAY_NANOS))));
  }

  @Get('services/:service/operations')
  async operationNames(@Param('service') service: string): Promise<Answer<string>> {
    const found = await this.gate.run(() => this.store.traceSearch.operations(service, this.last(DAY_NANOS)));
    return answer([...new Set(found.map(({ name }) => name))]);
  }

  @Get('operations')
  async operations(@Query({ schema: operationsQuery }) { service, spanKind }: OperationsQuery) {
    const found = await this.gate.run(() => this.store.traceSearch.operations(service, this.last(DAY_NANOS)));
    const fits = found.filter(({ kind }) => spanKind === undefined || spanKind === '' || kind === spanKind);
    return answer(fits.map(({ name, kind }) => ({ name, spanKind: kind })));
  }

  @Get('traces')
  async search(@Query({ schema: jaegerSearch }) query: JaegerSearch): Promise<Answer<JaegerTrace>> {
    const { service, operation, minDuration, maxDuration, limit } = query;
    const found = await this.gate.run(async () => {
      const ids = await this.store.traceSearch.ids({
        service,
        operation: operation === '' || operation === 'all' ? undefined : operation,
        window: this.windowOf(query),
        minNanos: nanosOf(minDuration),
        maxNanos: nanosOf(maxDuration),
        limit,
      });
      const traces: JaegerTrace[] = [];
      // One after the other: a search must not take the places of people who wait for an answer.
      for (const id of ids) {
        const record = await this.store.trace(parseTraceId(id));
        if (record !== undefined) traces.push(toJaegerTrace(record));
      }
      return traces;
    });
    return answer(found);
  }

  @Get('traces/:id')
  async trace(@Param('id') id: string): Promise<Answer<JaegerTrace>> {
    // Jaeger leaves zeros at the beginning away.
    const traceId = parseTraceId(id.padStart(32, '0').toLowerCase());
    const record = await this.gate.run(() => this.store.trace(traceId));
    if (record === undefined) throw new MapscopeError('NOT_FOUND', `trace ${id} is not stored: it may be too old`);
    return answer([toJaegerTrace(record)]);
  }

  @Get('dependencies')
  async dependencies(@Query({ schema: dependenciesQuery }) { endTs, lookback }: DependenciesQuery) {
    const end = endTs === undefined ? this.clock.unixNanos() : BigInt(endTs) * 1_000_000n;
    const length = lookback === undefined ? DAY_NANOS : BigInt(lookback) * 1_000_000n;
    const window = { fromUnixNanos: end - (length < DAY_NANOS ? length : DAY_NANOS), toUnixNanos: end };
    const { edges } = await this.gate.run(() => this.store.views.serviceMap(window));
    const known = edges.flatMap(({ service, target, host, calls }) => [
      { parent: service, child: target ?? host, callCount: calls, source: 'mapscope' },
    ]);
    return answer(known);
  }

  private windowOf({ start, end }: JaegerSearch): TimeWindow {
    const toUnixNanos = end === undefined ? this.clock.unixNanos() : BigInt(end) * 1000n;
    const fromUnixNanos = start === undefined ? toUnixNanos - HOUR_NANOS : BigInt(start) * 1000n;
    if (fromUnixNanos < toUnixNanos) return { fromUnixNanos, toUnixNanos };
    throw new MapscopeError('QUERY_INVALID', 'start lies after end: give both in microseconds since 1970, start first');
  }

  private last(nanos: bigint): TimeWindow {
    const now = this.clock.unixNanos();
    return { fromUnixNanos: now - nanos, toUnixNanos: now };
  }
}
