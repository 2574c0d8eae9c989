/** `GET /api/v1/status`: who measures what, and whether anything was lost on the way. */
import { z } from 'zod';
import { closedObject } from './query.ts';
import { count, instant, listOf } from './words.ts';

export const statusQuery = closedObject({});

const agentReport = z
  .object({
    agent: z.string(),
    service: z.string(),
    platform: z.string(),
    kind: z.string().meta({ description: 'kind of event counted' }),
    state: z.string(),
    pid: count,
    buildId: z.string(),
    probes: count,
    attachMs: z.number().meta({ description: 'how long attaching took' }),
    ringSubmitted: count,
    ringLost: count,
    publishedRows: count,
    publishedBatches: count,
    final: z.boolean().meta({ description: 'the last report of an agent that stopped in order' }),
    reportedAt: instant,
  })
  .meta({ id: 'AgentReport' });
export type AgentReportJson = z.infer<typeof agentReport>;

const counts = {
  ringSubmitted: count,
  ringLost: count,
  published: count,
  publishedBatches: count,
  inserted: count,
  insertedBatches: count,
};

const pipelineCount = z
  .object({ agent: z.string(), service: z.string(), kind: z.string(), ...counts })
  .meta({ id: 'PipelineCount', description: 'Events on their way from ring to table; batches apart' });
export type PipelineCountJson = z.infer<typeof pipelineCount>;

const pipelineTotals = z.object(counts).meta({ id: 'PipelineTotals' });
export type PipelineTotals = z.infer<typeof pipelineTotals>;

export const statusAnswer = z
  .object({
    startedAt: instant,
    agents: listOf(agentReport),
    pipeline: z.object({ totals: pipelineTotals, items: listOf(pipelineCount) }),
    kafka: z.object({ configured: z.boolean(), writerLag: count.nullable() }).meta({
      description: 'writerLag: messages not yet in ClickHouse; null without brokers or when they do not answer',
    }),
  })
  .meta({ id: 'Status' });
export type StatusAnswer = z.infer<typeof statusAnswer>;
