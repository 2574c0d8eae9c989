import {
  comparePlatformsAnswer,
  comparePlatformsQuery,
  resolveWindow,
  ROOT_CAUSE_LIMITS,
  toPlatformComparison,
  type ComparePlatformsAnswer,
  type ComparePlatformsQuery,
} from '@mapscope/contract';
import type { Clock, TimeWindow } from '@mapscope/events';
import { ATTRIBUTES, span, SPANS } from '@mapscope/otel';
import { askPlatforms } from '@mapscope/rootcause';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';
import { SEED } from './explainer.ts';
import { toEvidenceQuery } from './question.ts';

@ApiTags('root cause')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class PlatformsController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('compare/platforms')
  @Documents({
    summary: 'One service on several kinds of machines: each against the reference and against its own baseline',
    answer: comparePlatformsAnswer,
    problems: { 400: 'a window is reversed, too long, in the future, or overlaps the baseline' },
  })
  async compare(
    @Query({ schema: comparePlatformsQuery }) query: ComparePlatformsQuery,
  ): Promise<ComparePlatformsAnswer> {
    const now = this.clock.unixNanos();
    const { service, route, window } = toEvidenceQuery(query, now, ROOT_CAUSE_LIMITS);
    const question = { service, route, site: query.site, window, baseline: baselineOf(query, window, now) };
    return span(SPANS.rootCause, { [ATTRIBUTES.service]: service }, async () => {
      const { evidence, platforms } = this.store;
      return toPlatformComparison(await askPlatforms(question, { evidence, platforms, seed: SEED }));
    });
  }
}

/** Absent: as long as the window, and right before it. Without an end it lasts to the begin of the window. */
function baselineOf(query: ComparePlatformsQuery, window: TimeWindow, nowUnixNanos: bigint): TimeWindow {
  const { baselineFrom, baselineTo } = query;
  if (baselineFrom === undefined) {
    const spanNanos = window.toUnixNanos - window.fromUnixNanos;
    return { fromUnixNanos: window.fromUnixNanos - spanNanos, toUnixNanos: window.fromUnixNanos };
  }
  const to = baselineTo ?? { kind: 'absolute', unixNanos: window.fromUnixNanos };
  return resolveWindow({ from: baselineFrom, to }, nowUnixNanos, ROOT_CAUSE_LIMITS);
}
