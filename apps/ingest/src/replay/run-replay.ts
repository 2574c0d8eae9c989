/**
 * The role `replay`: a recorded run, published again as an agent would. It attaches to nothing and needs no right but to
 * reach Kafka. To whoever starts it, it speaks as an agent does: `attached`, then `stopped` with counters.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Batch, MapscopeError, NANOS_PER_MILLI, decodeBatch, parseAgentId } from '@mapscope/events';
import { type Publisher, pause } from '@mapscope/stream';
import type { PreparedBatch } from '../agent/batcher.ts';
import { nonZero } from '../agent/tally.ts';
import { openStream } from '../process/open-stream.ts';
import type { Reporter } from '../process/reporter.ts';
import { systemClock } from '../process/system-clock.ts';
import { type Capture, readCapture } from './capture-file.ts';
import { describeCapture } from './describe.ts';
import type { ReplayConfig } from './options.ts';
import { type ReplayIdentity, type Rewriter, makeRewriter } from './rewrite.ts';
import { type Schedule, makeSchedule, parseSpeed } from './schedule.ts';

interface Recorded extends Batch {
  readonly dueUnixNanos: bigint;
}

interface Replay {
  readonly batches: readonly Recorded[];
  readonly rewriter: Rewriter;
  readonly publish: (batch: PreparedBatch) => Promise<void>;
  readonly nowUnixNanos: () => bigint;
}

export async function runReplay(config: ReplayConfig, reporter: Reporter, stop: AbortSignal): Promise<void> {
  const speed = parseSpeed(config.speed);
  const capture = await loadCapture(config.file);
  await using stream = await openStream(config, 'replay', reporter);
  const publisher = await stream.publisher();
  const clock = systemClock();
  const boot = clock.unixNanos();
  const schedule = makeSchedule(capture.frames, speed, boot);
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  const batches = decodeAll(capture, schedule);
  const identity: ReplayIdentity = { agent, boot, shiftNanos: schedule.shiftNanos };
  const rewriter = makeRewriter(identity);
  reporter.event('attached', { agent, ...describeCapture(capture.header, batches, schedule.shiftNanos) });
  reporter.event('ready', { role: 'replay', pid: process.pid });
  const publish = publishAs(publisher, agent);
  const reason = await send({ batches, rewriter, publish, nowUnixNanos: clock.unixNanos }, stop);
  reporter.event('stopped', { role: 'replay', agent, reason, published: nonZero(rewriter.taken) });
}

async function loadCapture(path: string): Promise<Capture> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MapscopeError('CONFIG_INVALID', `the capture cannot be read (${why}): give --file one that can be`);
  });
  const capture = readCapture(bytes);
  if (capture.frames.length > 0) return capture;
  throw new MapscopeError('BATCH_MALFORMED', `${path} holds no batch: record a run that lasts some seconds`);
}

/** All at once and before anything is sent: a recording that cannot be read to its end is not half replayed. */
function decodeAll(capture: Capture, schedule: Schedule): readonly Recorded[] {
  return capture.frames.map((frame) => ({ ...decodeBatch(frame.value), dueUnixNanos: schedule.dueUnixNanos(frame) }));
}

const publishAs =
  (publisher: Publisher, agent: string): Replay['publish'] =>
  async ({ kind, value }) => {
    await publisher.publish({ topic: 'probe', orderKey: `${agent}/${kind}`, value });
  };

/** One at a time, so that a status row never counts what is not acknowledged yet. */
async function send(replay: Replay, stop: AbortSignal): Promise<'end' | 'signal'> {
  for (const recorded of replay.batches) {
    await waitUntil(recorded.dueUnixNanos, replay.nowUnixNanos, stop);
    if (stop.aborted) break;
    await replay.publish(replay.rewriter.rewrite(recorded));
  }
  const last = replay.rewriter.finalStatus();
  if (last !== undefined) await replay.publish(last);
  return stop.aborted ? 'signal' : 'end';
}

async function waitUntil(dueUnixNanos: bigint, nowUnixNanos: () => bigint, stop: AbortSignal): Promise<void> {
  const leftMillis = Number((dueUnixNanos - nowUnixNanos()) / NANOS_PER_MILLI);
  if (leftMillis > 0) await pause(leftMillis, stop);
}
