import { Controller, Get, Header, Headers, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { METRICS, type MetricsPage } from '../ports.ts';
import { OPEN_METRICS_CONTENT_TYPE, TEXT_CONTENT_TYPE, wantsOpenMetrics } from './open-metrics.ts';

@ApiTags('health')
@Controller()
export class MetricsController {
  constructor(@Inject(METRICS) private readonly page: MetricsPage) {}

  @Get('metrics')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Metrics of the api and of the probed services, for Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': {}, 'application/openmetrics-text': {} } })
  async metrics(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const open = wantsOpenMetrics(accept);
    void reply.type(open ? OPEN_METRICS_CONTENT_TYPE : TEXT_CONTENT_TYPE).header('vary', 'accept');
    return this.page(open ? 'openmetrics' : 'text');
  }
}
