import { formatUnixNanos, statusAnswer, statusQuery, type StatusAnswer } from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Controller, Get, Inject, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documents } from '../http/answer.decorator.ts';
import { StoreHealthWatch } from '../health/store-health.ts';
import { QueryGateInterceptor } from '../http/query-gate.interceptor.ts';
import { CLOCK, CONTROL, STORE, type ProbeControl, type QueryStore } from '../ports.ts';
import { inTime } from '../queries/recent-answers.ts';
import { replayOf, toAgentReports, totalsOf } from './convert-status.ts';

/** A page waits for this answer; how far the writer is behind is the least of it. */
const LAG_MILLIS = 1500;
/** The newest agents only: each restart of an agent is another one. */
const MAX_ROWS = 500;

@ApiTags('control')
@UseInterceptors(QueryGateInterceptor)
@Controller('api/v1')
export class StatusController {
  private readonly startedAt: string;

  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CONTROL) private readonly control: ProbeControl | null,
    @Inject(CLOCK) clock: Clock,
    @Inject(StoreHealthWatch) private readonly health: StoreHealthWatch,
  ) {
    this.startedAt = formatUnixNanos(clock.unixNanos());
  }

  @Get('status')
  @Documents({ summary: 'Agents, and whether anything was lost between ring and table', answer: statusAnswer })
  async status(@Query({ schema: statusQuery }) _query: object): Promise<StatusAnswer> {
    const [rows, counts, writerLag] = await Promise.all([this.store.agents(), this.store.pipeline(), this.lag()]);
    const agents = toAgentReports(rows.slice(0, MAX_ROWS), counts);
    return {
      startedAt: this.startedAt,
      replay: replayOf(agents),
      agents,
      pipeline: { totals: totalsOf(counts), items: counts.slice(0, MAX_ROWS).map((row) => ({ ...row })) },
      stored: this.health.latest(),
      kafka: { configured: this.control !== null, writerLag },
    };
  }

  /** A broker that does not answer must not hide what the store knows. */
  private async lag(): Promise<number | null> {
    const lag = this.control?.writerLag().catch(() => undefined) ?? Promise.resolve(undefined);
    return (await inTime(lag, LAG_MILLIS)) ?? null;
  }
}
