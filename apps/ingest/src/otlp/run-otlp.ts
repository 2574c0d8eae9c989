/** The role `otlp`: OpenTelemetry spans over HTTP → Kafka. Here everything real is put together. */
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
import { makeHandler } from './handler.ts';
import { type IntakeNeeds, takeTraces } from './intake.ts';
import type { OtlpConfig } from './options.ts';

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
  const onFault = throttledProblems(reporter, 'request answered with 500');
  const server = await listen(config, {
    handler: makeHandler({
      guard,
      take: (body, encoding) => takeTraces(body, encoding, intake),
      backlog,
      budget: byteBudget(HELD_BYTES),
      answerMillis: ANSWER_MILLIS,
      runDryMillis: RUN_DRY_MILLIS,
      onAnswered: counters.answered,
      onFault: (error) => onFault(error instanceof Error ? error : new Error(String(error))),
    }),
  });
  reporter.event('ready', { role: 'otlp', pid: process.pid, url: urlOf(config.host, server) });
  const logging = logChanges(counters, reporter);
  await whenAborted(stop);
  await drain(server, backlog.idle());
  clearInterval(logging);
  reporter.event('stopped', { role: 'otlp', ...counters.totals() });
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

async function listen(
  { host, port }: Pick<OtlpConfig, 'host' | 'port'>,
  { handler }: { readonly handler: RequestListener },
): Promise<Server> {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 }, handler);
  server.maxConnections = 1_024;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause: NodeJS.ErrnoException) => reject(listenProblem(host, port, cause)));
  server.listen(port, host, resolve);
  await promise;
  return server;
}

function listenProblem(host: string, port: number, cause: NodeJS.ErrnoException): MapscopeError {
  const facts = { host, port };
  if (cause.code === 'EADDRINUSE') {
    const text = `port ${port} on ${host} is taken, perhaps by another OpenTelemetry collector: give another with --port, 0 takes any free one`;
    return new MapscopeError('PORT_TAKEN', text, { facts, cause });
  }
  const text = `cannot listen on ${host}:${port} (${cause.message}): give an address of this machine with --host`;
  return new MapscopeError('CONFIG_INVALID', text, { facts, cause });
}

function urlOf(host: string, server: Server): string {
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** No new requests; those in work get their answer, at most for DRAIN_MILLIS. */
async function drain(server: Server, idle: Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, DRAIN_MILLIS);
  await Promise.race([Promise.all([closed, idle]), late]);
  clearTimeout(timer);
  server.closeAllConnections();
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
