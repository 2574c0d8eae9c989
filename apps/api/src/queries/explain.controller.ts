import {
  explainAnswer,
  explainQuestion,
  nearestName,
  toRootCauseAnswer,
  type ExplainAnswer,
  type ExplainQuestion,
} from '@mapscope/contract';
import { MapscopeError, NANOS_PER_SECOND, type Clock } from '@mapscope/events';
import { ATTRIBUTES, span, SPANS } from '@mapscope/otel';
import { seededRng } from '@mapscope/rootcause';
import { Body, Controller, HttpCode, Inject, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { explainBrush, toBrush } from './brush.ts';
import { SEED } from './explainer.ts';

/** As long as anything of a service is kept to know it by. */
const KNOWN_NANOS = 30n * 86_400n * NANOS_PER_SECOND;
const MAX_LISTED = 10;

/** POST, because a question this large is no address; it changes nothing and needs no more than the scope read. */
@ApiTags('root cause')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class ExplainController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('explain')
  @HttpCode(200)
  @Documents({
    summary: 'Why the requests under a brush are slow: a window, a latency range, a route, a platform',
    answer: explainAnswer,
    problems: { 400: 'the window is reversed, in the future, too long or missing', 404: 'the service is unknown' },
  })
  async explain(@Body({ schema: explainQuestion }) question: ExplainQuestion): Promise<ExplainAnswer> {
    const brush = toBrush(question, this.clock.unixNanos());
    const { service } = question;
    const { answer, cut } = await span(SPANS.rootCause, { [ATTRIBUTES.service]: service }, async ({ set }) => {
      const explained = await explainBrush(brush, this.store.evidence, seededRng(SEED));
      set({ [ATTRIBUTES.verdict]: explained.answer.verdict });
      return explained;
    });
    if (cut.window.total + cut.baseline.total === 0) await this.refuseUnknown(service);
    const { fromMs, toMs } = question.latencyRange ?? {};
    return {
      ...toRootCauseAnswer(answer),
      baselineSource: brush.baselineSource,
      latencyRange: fromMs === undefined ? null : { fromMs, toMs: toMs ?? null },
      cut,
    };
  }

  /** A known service without requests in the window has too little evidence, which is an answer. */
  private async refuseUnknown(service: string): Promise<void> {
    const now = this.clock.unixNanos();
    const { watched, leftOut } = await this.store.incidents.services({
      fromUnixNanos: now - KNOWN_NANOS,
      toUnixNanos: now,
    });
    if (watched.includes(service) || leftOut > 0) return;
    const nearest = nearestName(service, watched);
    const hint = nearest === undefined ? '' : `did you mean "${nearest}"? `;
    const known = watched.length === 0 ? 'none was seen yet' : `known are ${watched.slice(0, MAX_LISTED).join(', ')}`;
    const text = `no service ${JSON.stringify(service.slice(0, 64))} was seen in 30 days: ${hint}${known}`;
    throw new MapscopeError('NOT_FOUND', text, { facts: { service } });
  }
}
