import { livenessAnswer, readinessAnswer, type LivenessAnswer, type ReadinessAnswer } from '@mapscope/contract';
import type { Clock } from '@mapscope/events';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Documents } from '../http/answer.decorator.ts';
import { CLOCK, STORE, type QueryStore } from '../ports.ts';

const MINUTE_NANOS = 60_000_000_000n;

/** For whatever keeps the process running: /livez says "do not restart me", /readyz "send me requests". */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    @Inject(STORE) private readonly store: QueryStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('livez')
  @Documents({ summary: 'The process answers', answer: livenessAnswer })
  livez(): LivenessAnswer {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Documents({
    summary: 'ClickHouse answers and its tables are there',
    answer: readinessAnswer,
    problems: { 503: 'not yet' },
  })
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessAnswer> {
    const to = this.clock.unixNanos();
    const checks = [
      await this.check('clickhouse', () => this.store.ping()),
      // The smallest question that touches a table of every migration.
      await this.check('tables', () => this.store.services({ fromUnixNanos: to - MINUTE_NANOS, toUnixNanos: to })),
    ];
    const ok = checks.every((check) => check.ok);
    if (!ok) void reply.status(503);
    return { status: ok ? 'ok' : 'unavailable', checks };
  }

  private async check(name: string, ask: () => Promise<unknown>): Promise<ReadinessAnswer['checks'][number]> {
    const begin = this.clock.monotonicNanos();
    const detail = await ask().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return { name, ok: detail === null, tookMs: Number(this.clock.monotonicNanos() - begin) / 1e6, detail };
  }
}
