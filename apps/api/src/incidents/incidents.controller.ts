import { Readable } from 'node:stream';
import { setTimeout as pauseFor } from 'node:timers/promises';
import {
  incident,
  incidentIdText,
  incidentsAnswer,
  incidentsQuery,
  incidentStreamQuery,
  resolveWindow,
  toWindow,
  WINDOW_LIMITS,
  type Incident,
  type IncidentsAnswer,
  type IncidentsQuery,
  type IncidentStreamQuery,
} from '@mapscope/contract';
import { MapscopeError, type Clock } from '@mapscope/events';
import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Documents, DocumentsStream } from '../http/answer.decorator.ts';
import { QueryGate } from '../http/query-gate.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { formatCursor, parseCursor } from '../queries/cursor.ts';
import { openStream } from '../tail/open-stream.ts';
import { TailListeners } from '../tail/tail-listeners.ts';
import { toIncident } from './convert.ts';
import { beginStream, incidentStream, type StreamNeeds } from './stream.ts';

@ApiTags('root cause')
@Controller('api/v1/incidents')
export class IncidentsController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TailListeners) private readonly listeners: TailListeners,
    @Inject(QueryGate) private readonly gate: QueryGate,
  ) {}

  @Get()
  @Documents({
    summary: 'What was found, newest first: times in which p99 was far above before, and crashes',
    answer: incidentsAnswer,
  })
  async incidents(@Query({ schema: incidentsQuery }) query: IncidentsQuery): Promise<IncidentsAnswer> {
    const { service, state, limit } = query;
    const cursor = query.after === undefined ? undefined : parseCursor(query.after, 'incidents');
    const window = cursor?.window ?? resolveWindow(query, this.clock.unixNanos(), WINDOW_LIMITS);
    const [start, id] = cursor?.end ?? [];
    const after = start === undefined || id === undefined ? undefined : { startUnixNanos: start, id: idOf(id) };
    const [found, { watched, leftOut }] = await this.gate.run(() =>
      Promise.all([
        this.store.incidents.list({ window, service, state, limit: limit + 1, after }),
        this.store.incidents.services(window),
      ]),
    );
    const last = found[limit - 1];
    const isMore = found.length > limit && last !== undefined;
    return {
      window: toWindow(window),
      services: watched.length,
      servicesLeftOut: leftOut,
      items: found.slice(0, limit).map((one) => toIncident(one, this.clock.unixNanos())),
      nextCursor: isMore ? formatCursor('incidents', window, [last.startUnixNanos, BigInt(`0x${last.id}`)]) : null,
    };
  }

  @Get('stream')
  @ApiHeader({ name: 'last-event-id', required: false, description: 'sent by EventSource when it connects again' })
  @DocumentsStream('Open incidents, then each change of any, as server-sent events', 'Incident')
  async stream(
    @Query({ schema: incidentStreamQuery }) { service, after }: IncidentStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const cursor = lastEventId === undefined || lastEventId === '' ? after : lastEventId;
    if (cursor !== undefined && !/^\d{13}$/.test(cursor)) throw notAnEvent();
    await openStream({ request, reply, listeners: this.listeners }, async (signal) => {
      const needs = this.needs(service, signal);
      const begin = await beginStream(needs, cursor === undefined ? undefined : Number(cursor));
      return Readable.from(incidentStream(needs, begin), { highWaterMark: 1 });
    });
  }

  @Get(':id')
  @Documents({ summary: 'One incident', answer: incident, problems: { 404: 'not stored' } })
  async incident(@Param('id', { schema: incidentIdText }) id: string): Promise<Incident> {
    const found = await this.gate.run(() => this.store.incidents.get(id));
    if (found !== undefined) return toIncident(found, this.clock.unixNanos());
    const text = `there is no incident ${id}: /api/v1/incidents lists what there is, or it was merged with an earlier one`;
    throw new MapscopeError('NOT_FOUND', text, { facts: { id } });
  }

  private needs(service: string | undefined, signal: AbortSignal): StreamNeeds {
    return {
      incidents: this.store.incidents,
      service,
      signal,
      nowUnixNanos: () => this.clock.unixNanos(),
      nowMillis: () => Number(this.clock.monotonicNanos() / 1_000_000n),
      pause: (millis) => pauseFor(millis, undefined, { signal }).catch(() => undefined),
    };
  }
}

const idOf = (number: bigint): string => number.toString(16).padStart(16, '0');

const notAnEvent = (): MapscopeError =>
  new MapscopeError('QUERY_INVALID', 'Last-Event-ID is not the id of an event of this stream: leave it out');
