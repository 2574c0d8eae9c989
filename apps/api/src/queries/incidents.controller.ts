import {
  incidentsAnswer,
  incidentsQuery,
  resolveWindow,
  toWindow,
  WINDOW_LIMITS,
  type IncidentsAnswer,
  type IncidentsQuery,
} from '@mapscope/contract';
import { NANOS_PER_SECOND, type Clock, type TimeWindow } from '@mapscope/events';
import type { RootCause } from '@mapscope/rootcause';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { QueryGate } from '../http/query-gate.ts';
import { CLOCK, EXPLAIN, STORE, type QueryStore } from '../ports.ts';
import type { Explain } from './explainer.ts';
import { findIncidents, keyOf, questionOf, toIncident, type FoundIncident } from './incidents.ts';
import { inTime, RecentAnswers } from './recent-answers.ts';

const MAX_SERVICES = 20;
const MAX_INCIDENTS = 50;
/** The newest get their sentence at once, if it comes in time; the others a link. */
const MAX_SENTENCES = 3;
const SENTENCE_MILLIS = 2000;
/** A closed incident does not change once late rows are in; an open one grows. */
const KEEP_NANOS = { open: 15n * NANOS_PER_SECOND, closed: 300n * NANOS_PER_SECOND } as const;
const KEPT_ANSWERS = 64;

@ApiTags('root cause')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class IncidentsController {
  private readonly answers: RecentAnswers<RootCause>;
  /** Sentences are made one at a time, beside the queries people wait for; their line is short and refusing is free. */
  private readonly gate = new QueryGate({ running: 1, waiting: 8 });

  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(EXPLAIN) private readonly explain: Explain,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.answers = new RecentAnswers(clock, KEPT_ANSWERS);
  }

  @Get('incidents')
  @Documents({
    summary: 'When p99 of a service was far above what it was before, newest first',
    answer: incidentsAnswer,
  })
  async incidents(@Query({ schema: incidentsQuery }) query: IncidentsQuery): Promise<IncidentsAnswer> {
    const window = resolveWindow(query, this.clock.unixNanos(), WINDOW_LIMITS);
    const all = query.service === undefined ? await this.busiest(window) : [query.service];
    const services = all.slice(0, MAX_SERVICES);
    const found = (await findIncidents(services, window, this.store.evidence)).slice(0, MAX_INCIDENTS);
    const items = await Promise.all(
      found.map(async (one, rank) => toIncident(one, rank < MAX_SENTENCES ? await this.sentenceOf(one) : undefined)),
    );
    return {
      window: toWindow(window),
      services: services.length,
      servicesLeftOut: all.length - services.length,
      items,
    };
  }

  private async busiest(window: TimeWindow): Promise<readonly string[]> {
    const rows = [...(await this.store.services(window))].sort((a, b) => b.requests - a.requests);
    return rows.map(({ service }) => service);
  }

  /** Late or failed: the incident is true without it, and its link asks again. */
  private async sentenceOf(found: FoundIncident): Promise<RootCause | undefined> {
    const ask = () => this.gate.run(() => this.explain(questionOf(found)));
    const answer = this.answers.get(`${keyOf(found)} ${found.detected.state}`, KEEP_NANOS[found.detected.state], ask);
    return inTime(
      answer.catch(() => undefined),
      SENTENCE_MILLIS,
    );
  }
}
