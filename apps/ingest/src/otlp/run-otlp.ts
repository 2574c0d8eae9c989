/** The role `otlp`: OpenTelemetry spans, metrics and logs over HTTP and gRPC → Kafka. Here everything real is put together. */
import { randomBytes } from 'node:crypto';
import { MapscopeError, parseAgentId } from '@mapscope/events';
import { byteBudget } from '@mapscope/otel';
import { MAX_VALUE_BYTES, type Publisher, type Stream } from '@mapscope/stream';
import { openGuard } from '../access/open-guard.ts';
import { makeBatcher } from '../agent/batcher.ts';
import { openStream } from '../process/open-stream.ts';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { whenAborted } from '../process/stop-signal.ts';
import { systemClock } from '../process/system-clock.ts';
import { makeBacklog } from './backlog.ts';
import { makeOtlpCounters, type OtlpCounters } from './counters.ts';
import { makeDesk } from './desk.ts';
import { type IntakeNeeds, type Request, type Taken, takeRequest } from './intake.ts';
import { grpcPortOf, type OtlpConfig } from './options.ts';
import { type GrpcServeNeeds, serveGrpc } from './serve-grpc.ts';
import { type Served, serveHttp } from './serve-http.ts';

/** Bodies held at once, unpacked: two of the largest. */
const HELD_BYTES = 128 * 1024 * 1024;
/** A batch that Kafka has not acknowledged for so long: it is away or far behind. */
const BEHIND_MILLIS = 2_000;
const ANSWER_MILLIS = 8_000;
const RUN_DRY_MILLIS = 5_000;
const DRAIN_MILLIS = 10_000;
const LOG_MILLIS = 10_000;
/** Batches in work are spread over the partitions: spans need no order among each other. */
const LANES = 8n;

export async function runOtlp(config: OtlpConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  const guard = openGuard(config, (error) => reporter.log('error', error.message));
  await using stream = await openStream(config, 'otlp', reporter);
  const counters = makeOtlpCounters();
  const backlog = makeBacklog(BEHIND_MILLIS, () => performance.now());
  const intake = await openIntake(stream, counters);
  const tell = throttledProblems(reporter, 'request answered with 500 or INTERNAL');
  const onFault = (error: unknown): void => tell(error instanceof Error ? error : new Error(String(error)));
  const budget = byteBudget(HELD_BYTES);
  const take = (request: Request): Promise<Taken> => takeRequest(request, intake);
  const desk = makeDesk({ take, backlog, budget, answerMillis: ANSWER_MILLIS, onFault });
  const needs = { guard, desk, budget, onAnswered: counters.answered, onFault };
  const http = await serveHttp(config.host, config.port, { ...needs, runDryMillis: RUN_DRY_MILLIS });
  const grpc = await openGrpc(config, needs, reporter).catch(async (error: unknown) => {
    await http.close(Promise.resolve(), 0);
    throw error;
  });
  reporter.event('ready', { role: 'otlp', pid: process.pid, url: http.url, grpcUrl: grpc.url });
  const logging = logChanges(counters, reporter);
  await whenAborted(stop);
  const served = [http, grpc];
  await Promise.all(served.map(({ close }) => close(backlog.idle(), DRAIN_MILLIS)));
  clearInterval(logging);
  reporter.event('stopped', { role: 'otlp', ...counters.totals() });
}

/** A port that nobody asked for may be another's: then any free one will do, and is told. */
async function openGrpc(config: OtlpConfig, needs: GrpcServeNeeds, reporter: Reporter): Promise<Served> {
  try {
    return await serveGrpc(config.host, grpcPortOf(config), needs);
  } catch (error) {
    const isTaken = error instanceof MapscopeError && error.code === 'PORT_TAKEN';
    if (!isTaken || config.grpcPort !== undefined) throw error;
    const served = await serveGrpc(config.host, 0, needs);
    reporter.log('warn', `${error.message}; for now OTLP over gRPC is on ${served.url}`);
    return served;
  }
}

async function openIntake(stream: Stream, counters: OtlpCounters): Promise<IntakeNeeds> {
  const clock = systemClock();
  const publisher: Publisher = await stream.publisher();
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  // Spans of many services come in one batch: the header names none.
  const batcher = makeBatcher({ agent, boot: clock.unixNanos(), service: '', platform: '' }, MAX_VALUE_BYTES);
  return {
    clock,
    batcher,
    counters,
    publish: async ({ sequence, value }) =>
      void (await publisher.publish({ topic: 'otlp', orderKey: `${agent}-${sequence % LANES}`, value })),
  };
}

function logChanges(counters: OtlpCounters, reporter: Reporter): NodeJS.Timeout {
  let last = JSON.stringify(counters.totals());
  return setInterval(() => {
    const now = counters.totals();
    const text = JSON.stringify(now);
    if (text !== last) reporter.log('info', 'received so far', { ...now });
    last = text;
  }, LOG_MILLIS);
}
