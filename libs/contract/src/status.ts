/** `GET /api/v1/status`: who measures what, and whether anything was lost on the way. */
import { z } from 'zod';
import { closedObject } from './query.ts';
import { count, instant, listOf } from './words.ts';

export const statusQuery = closedObject({});

/** When it was recorded is not here: a replay moves all times, and its status rows do not carry the time before. */
const recordedRun = z
  .object({
    service: z.string(),
    kernel: z.string().nullable().meta({ description: 'Linux that it was recorded on, major.minor' }),
    goVersion: z.string().nullable().meta({ description: 'Go that built the recorded program' }),
    buildId: z.string(),
  })
  .meta({ id: 'RecordedRun', description: 'The run that a replay plays back' });
export type RecordedRunJson = z.infer<typeof recordedRun>;

const lostWithAgent = count.meta({
  description:
    'events that died with an agent: submitted, neither acknowledged by Kafka nor stored; exact once the writer has caught up',
});

const agentReport = z
  .object({
    agent: z.string(),
    service: z.string(),
    platform: z.string(),
    kind: z.string().meta({ description: 'kind of event counted' }),
    state: z.string().meta({ description: 'attached, detached, killed (switched off), ttl-expired, died, replay' }),
    pid: count,
    buildId: z.string(),
    probes: count,
    attachMs: z.number().meta({ description: 'how long attaching took' }),
    ringSubmitted: count,
    ringLost: count,
    publishedRows: count,
    publishedBatches: count,
    final: z.boolean().meta({ description: 'the last report: its own, or (state died) made for it by its successor' }),
    lostWithAgent,
    gap: z
      .object({ from: instant, to: instant.nullable().meta({ description: 'null: nobody watches again yet' }) })
      .nullable()
      .meta({ description: 'of an agent that died: nobody watched then, so what happened is in no count' }),
    shed: z
      .object({
        offMs: z
          .number()
          .meta({ description: 'how long, since the agent attached; what happened then is in no count' }),
        state: z.enum(['never', 'cycled', 'refused']).meta({
          description: 'now: attached all the time; for windows of time; not at all, until it is tried again',
        }),
      })
      .nullable()
      .meta({ description: 'probes that are detached while they cost more than the overhead budget; null: never are' }),
    reportedAt: instant,
    replay: recordedRun.nullable().meta({ description: 'null: it measures what happens now' }),
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
  lostWithAgent,
};

const pipelineCount = z
  .object({ agent: z.string(), service: z.string(), kind: z.string(), ...counts })
  .meta({ id: 'PipelineCount', description: 'Events on their way from ring to table; batches apart' });
export type PipelineCountJson = z.infer<typeof pipelineCount>;

const pipelineTotals = z.object(counts).meta({ id: 'PipelineTotals' });
export type PipelineTotals = z.infer<typeof pipelineTotals>;

const storedHealth = z
  .object({
    checkedAt: instant,
    batches: count.meta({ description: 'of the last hour' }),
    expectedRows: count,
    missingRows: count,
    doubledRows: count,
    rollups: listOf(z.object({ table: z.string(), rawRows: count, rolledRows: count })),
  })
  .meta({ id: 'StoredHealth', description: 'Whether the tables hold what was written down as inserted, once' });

export const statusAnswer = z
  .object({
    startedAt: instant,
    replay: z
      .object({
        agents: z.enum(['all', 'some']).meta({ description: 'some: live data beside it, told apart by agent' }),
        runs: listOf(recordedRun),
      })
      .nullable()
      .meta({ description: 'null: nothing here is played back from a recording' }),
    agents: listOf(agentReport),
    pipeline: z.object({ totals: pipelineTotals, items: listOf(pipelineCount) }),
    stored: storedHealth.nullable().meta({ description: 'looked at every few minutes; null: not yet' }),
    kafka: z.object({ configured: z.boolean(), writerLag: count.nullable() }).meta({
      description: 'writerLag: messages not yet in ClickHouse; null without brokers or when they do not answer',
    }),
  })
  .meta({ id: 'Status' });
export type StatusAnswer = z.infer<typeof statusAnswer>;
