/**
 * The role `generate`: the load of many services, as their agents would send it: the same encoder, the same queue, the same
 * topics. One queue a service; all of them share the room of one. While Kafka is slower than the load, the load waits:
 * nothing is dropped, and what was reached is told.
 */
import { MapscopeError, NANOS_PER_MILLI, parseAgentId } from '@mapscope/events';
import { MAX_VALUE_BYTES, type Publisher, backoffMillis, pause } from '@mapscope/stream';
import { type Batcher, type PreparedBatch, makeBatcher } from '../agent/batcher.ts';
import { type PublishQueue, makePublishQueue } from '../agent/publish-queue.ts';
import { type QueueRoom, makeQueueRoom } from '../agent/queue-room.ts';
import { NO_SPOOL } from '../agent/spool/no-spool.ts';
import { nonZero, totalRows } from '../agent/tally.ts';
import { openStream } from '../process/open-stream.ts';
import { throttledProblems } from '../process/problems.ts';
import type { Reporter } from '../process/reporter.ts';
import { systemClock } from '../process/system-clock.ts';
import { seeded } from './chance.ts';
import type { GenerateConfig } from './options.ts';
import { TICK_MILLIS, makePlan } from './plan.ts';
import { bytes } from './requests.ts';
import { sumTallies } from './sum-tallies.ts';
import { type Workload, makeWorkload } from './workload.ts';

const ROOM = { maxBatches: 4_096, maxBytes: 256 * 1024 * 1024 };
/** So much may wait before the load does. */
const WAITING_BYTES = 64 * 1024 * 1024;
const RETRY = { firstMillis: 200, maxMillis: 5_000 };
const DRAIN_MILLIS = 60_000;
const NO_RING = { submitted: 0n, lost: 0n };

interface Source {
  readonly workload: Workload;
  readonly batcher: Batcher;
  readonly queue: PublishQueue;
}

export async function runGenerate(config: GenerateConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  await using stream = await openStream(config, 'generate', reporter);
  const publisher = await stream.publisher();
  const boot = systemClock().unixNanos();
  const room = makeQueueRoom(ROOM);
  const sources = Array.from({ length: config.services }, (_, number) =>
    openSource({ number, seed: config.seed, boot, room, publisher, reporter }),
  );
  const { seed, eventsPerSecond, seconds, services, families } = config;
  reporter.event('ready', { role: 'generate', pid: process.pid, seed, eventsPerSecond, seconds, services, families });
  const started = performance.now();
  await generate(sources, config, stop);
  const deadline = AbortSignal.timeout(DRAIN_MILLIS);
  const drained = await Promise.all(sources.map(({ queue }) => queue.drain(deadline)));
  const took = (performance.now() - started) / 1000;
  const published = sumTallies(sources.map(({ queue }) => queue.published));
  const dropped = sumTallies(sources.map(({ queue }) => queue.dropped));
  const facts = { published: nonZero(published), dropped: nonZero(dropped), seconds: took };
  reporter.event('stopped', { role: 'generate', ...facts, eventsPerSecond: Math.round(totalRows(published) / took) });
  if (drained.every(Boolean) && totalRows(dropped) === 0) return;
  const text = `${totalRows(dropped)} events were not published within ${DRAIN_MILLIS / 1000} s of the end: Kafka is away or slower than the load, see the log`;
  throw new MapscopeError('KAFKA_UNREACHABLE', text);
}

interface SourceNeeds {
  readonly number: number;
  readonly seed: number;
  readonly boot: bigint;
  readonly room: QueueRoom;
  readonly publisher: Publisher;
  readonly reporter: Reporter;
}

function openSource({ number, seed, boot, room, publisher, reporter }: SourceNeeds): Source {
  const workload = makeWorkload(number, seed);
  const agent = parseAgentId(Buffer.from(bytes(seeded(seed * 1_000 + number), 16)).toString('hex'));
  const { name: service, platform } = workload.service;
  const queue = makePublishQueue(
    {
      publish: async (batch) => void (await publisher.publish({ ...addressOf(agent, batch), value: batch.value })),
      onProblem: throttledProblems(reporter, 'batch not published yet, trying again'),
      pause: (attempt, signal) => pause(backoffMillis(RETRY, attempt, Math.random()), signal),
      openSpool: () => NO_SPOOL,
    },
    room,
  );
  return { workload, queue, batcher: makeBatcher({ agent, boot, service, platform }, MAX_VALUE_BYTES) };
}

/** As agents and the role `otlp` do. */
const addressOf = (agent: string, { kind, sequence }: PreparedBatch) =>
  kind === 'otel_traces'
    ? ({ topic: 'otlp', orderKey: `${agent}-${sequence % 8n}` } as const)
    : ({ topic: 'probe', orderKey: `${agent}/${kind}` } as const);

async function generate(sources: readonly Source[], config: GenerateConfig, stop: AbortSignal): Promise<void> {
  const plan = makePlan(config);
  const started = performance.now();
  const firstUnixNanos = systemClock().unixNanos();
  for (let tick = 0; tick < (config.seconds * 1000) / TICK_MILLIS && !stop.aborted; tick++) {
    // The rows of a tick are sent when it is over, as an agent does.
    await pause(Math.max(0, started + (tick + 1) * TICK_MILLIS - performance.now()), stop);
    const from = firstUnixNanos + BigInt(tick * TICK_MILLIS) * NANOS_PER_MILLI;
    for (const { service, family, rows } of plan.portions(tick)) {
      const source = sources[service];
      if (source === undefined) continue;
      const drawn = source.workload.draw(family, rows, { firstUnixNanos: from, nanos: TICK_MILLIS * 1e6 });
      for (const batch of source.batcher.prepare(drawn, NO_RING)) source.queue.offer(batch);
      await room(sources, stop);
    }
  }
}

async function room(sources: readonly Source[], stop: AbortSignal): Promise<void> {
  const waiting = (): number => sources.reduce((sum, { queue }) => sum + queue.waitingBytes, 0);
  // Sends begin when this gives way.
  do await pause(0, stop);
  while (waiting() > WAITING_BYTES && !stop.aborted);
}
