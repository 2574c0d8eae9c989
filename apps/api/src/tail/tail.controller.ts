import { Readable } from 'node:stream';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { tailQuery, type TailQuery } from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import type { TailSource } from '@mapscope/store';
import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DocumentsStream } from '../http/answer.decorator.ts';
import { QueryGate } from '../http/query-gate.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { kindsOf } from './frames.ts';
import { openStream } from './open-stream.ts';
import { parseCursor } from './progress.ts';
import { TailListeners } from './tail-listeners.ts';
import { beginNow, tailStream, type TailNeeds } from './tail-stream.ts';

@ApiTags('inventory')
@Controller('api/v1')
export class TailController {
  private readonly source: TailSource;

  constructor(
    @Inject(STORE) store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TailListeners) private readonly listeners: TailListeners,
  ) {
    this.source = gated(store.tail);
  }

  @Get('events/tail')
  @ApiHeader({ name: 'last-event-id', required: false, description: 'sent by EventSource when it connects again' })
  @DocumentsStream('Probe events as they become queryable, as server-sent events; resumes exactly', 'TailEvent')
  async tail(
    @Query({ schema: tailQuery }) query: TailQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = lastEventId === undefined || lastEventId === '' ? query.after : lastEventId;
    const cursor = after === undefined ? undefined : parseCursor(after);
    await openStream({ request, reply, listeners: this.listeners }, async (signal) => {
      const needs = this.needs(query, signal);
      const begin = cursor ?? (await beginNow(needs));
      return Readable.from(tailStream(needs, begin, cursor !== undefined), { highWaterMark: 1 });
    });
  }

  private needs({ service, kind }: TailQuery, signal: AbortSignal): TailNeeds {
    return {
      source: this.source,
      selection: { kinds: kindsOf(kind), service },
      signal,
      nowMillis: () => Number(this.clock.monotonicNanos() / 1_000_000n),
      pause: (millis) => pauseFor(millis, undefined, { signal }).catch(() => undefined),
    };
  }
}

/** Listeners together take two of the store's places, and never those of people who wait for an answer. */
function gated(source: TailSource): TailSource {
  const gate = new QueryGate({ running: 2, waiting: 64 });
  return {
    nowUnixMillis: () => gate.run(() => source.nowUnixMillis()),
    latest: (selection) => gate.run(() => source.latest(selection)),
    batches: (selection, done) => gate.run(() => source.batches(selection, done)),
    rows: (ranges) => gate.run(() => source.rows(ranges)),
  };
}
