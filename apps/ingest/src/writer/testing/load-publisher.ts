/**
 * A child process of tests: an agent without probes. Batches with an identity of their own go through the agent's queue, lanes and
 * spool, and what an agent before it left on disk is sent first; only the rows are made up. One argument, JSON: LoadOrder.
 *
 * Its account is written line by line, each before or after the fact so that it never claims too much: what was made, what
 * Kafka acknowledged, what went to disk, what was given up. Killed at any moment, it tells what has to be in the store.
 */
import { randomBytes } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { type BatchKind, parseAgentId, readConfig } from '@mapscope/events';
import { MAX_VALUE_BYTES, type Publisher, backoffMillis, connectStream, pause } from '@mapscope/stream';
import { type PreparedBatch, makeBatcher } from '../../agent/batcher.ts';
import { AGENT_OPTIONS, type AgentConfig } from '../../agent/options.ts';
import { type PublishQueue, makePublishQueue } from '../../agent/publish-queue.ts';
import { makeQueueRoom } from '../../agent/queue-room.ts';
import { sendWhatWasLeft, spoolOfRun } from '../../agent/run-spool.ts';
import type { Hub } from '../../agent/hub.ts';
import { makeReporter } from '../../process/reporter.ts';
import { stopOnSignals } from '../../process/stop-signal.ts';
import { systemClock } from '../../process/system-clock.ts';
import { fillColumns } from '../../testing/fill-columns.ts';
import { accountedSpool, accountingPublisher, makeAccount } from './load-account.ts';
import { poisonOf } from './poison.ts';
import { stepClock } from './step-clock.ts';

export interface LoadOrder {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  /** journals and spools: shared by those that follow one another */
  readonly dataDir: string;
  readonly accountFile: string;
  /** batches of each kind; 0: only what others left */
  readonly rounds: number;
  readonly rows: number;
  readonly everyMillis: number;
  readonly spoolBytes?: number;
  /** how often each batch is published, one after the other */
  readonly sendings?: number;
  /** values that are no batch, or hold what their kind does not promise, among the others */
  readonly poison?: number;
  readonly clockStepsMillis?: readonly number[];
}

const KINDS = ['http_requests', 'lock_waits', 'gc_events'] as const satisfies readonly BatchKind[];
const RETRY = { firstMillis: 200, maxMillis: 2_000 };
/** As the agent's. */
const DRAIN_MILLIS = 12_000;
const MEBIBYTE = 1024 * 1024;

// The argument is written by the starter.
const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
if (order.clockStepsMillis !== undefined) stepClock(order.clockStepsMillis);

const out = (line: string): void => void writeSync(1, `${line}\n`);
const err = (line: string): void => void writeSync(2, `${line}\n`);
const reporter = makeReporter({ out, err, nowMillis: Date.now, lowest: 'info' });
const account = makeAccount(openSync(order.accountFile, 'a'));
const stop = stopOnSignals(reporter);
const clock = systemClock();

const argv = ['--pid', String(process.pid), '--data-dir', order.dataDir, '--topic-prefix', order.topicPrefix];
argv.push('--kafka-brokers', order.brokers.join(','), '--spool-bytes', String(order.spoolBytes ?? 256 * MEBIBYTE));
const config: AgentConfig = readConfig(AGENT_OPTIONS, { argv, env: {} });

const agent = parseAgentId(randomBytes(16).toString('hex'));
const identity = { agent, boot: clock.unixNanos(), service: 'order', platform: 'amd64' };

await using stream = await connectStream({ brokers: order.brokers, clientId: 'load', topicPrefix: order.topicPrefix });
await stream.ensureTopics();
const publisher = accountingPublisher(await stream.publisher(), account, order.sendings ?? 1);
reporter.event('ready', { role: 'load', agent, pid: process.pid });
// The rest of a hub is about probes.
const leaving = sendWhatWasLeft({ config, publisher, reporter } as unknown as Hub, stop);
const queue = openQueue(publisher);
await publishRounds(queue);
if (!stop.aborted) await leaving;
// Without an end of its own it may take as long as Kafka is away.
const deadline = new AbortController();
const late = setTimeout(() => deadline.abort(), stop.aborted ? DRAIN_MILLIS : 2 ** 30);
stop.addEventListener('abort', () => setTimeout(() => deadline.abort(), DRAIN_MILLIS));
const complete = await queue.drain(deadline.signal);
clearTimeout(late);
reporter.event('stopped', { complete, published: queue.published, dropped: queue.dropped });
process.exit(0);

function openQueue({ publish }: Pick<Publisher, 'publish'>): PublishQueue {
  const spoolRoom = { maxBytes: config.spoolBytes, usedBytes: 0 };
  const openSpool = spoolOfRun({ config, identity, reporter, spoolRoom });
  return makePublishQueue(
    {
      publish: async ({ kind, value }) => void (await publish({ topic: 'probe', orderKey: `${agent}/${kind}`, value })),
      onProblem: ({ message }) => reporter.log('warn', message),
      pause: (attempt, signal) => pause(backoffMillis(RETRY, attempt, Math.random()), signal),
      openSpool: accountedSpool(openSpool, account, identity),
    },
    makeQueueRoom({ maxBatches: 64, maxBytes: 8 * MEBIBYTE }),
  );
}

async function publishRounds(queue: PublishQueue): Promise<void> {
  const batcher = makeBatcher(identity, MAX_VALUE_BYTES);
  let poisoned = 0;
  for (let round = 0; round < order.rounds && !stop.aborted; round++) {
    for (const kind of KINDS) {
      const columns = fillColumns(kind, order.rows, clock.unixNanos());
      for (const batch of batcher.prepare(columns, { submitted: 0n, lost: 0n })) {
        offer(queue, batch);
        if (poisoned < (order.poison ?? 0)) await poison(batch, poisoned++);
      }
    }
    await pause(order.everyMillis, stop);
  }
}

function offer(queue: PublishQueue, batch: PreparedBatch): void {
  account.write('made', { agent, ...batch });
  if (!queue.offer(batch)) account.write('dropped', { agent, ...batch });
}

async function poison({ kind, value }: PreparedBatch, nth: number): Promise<void> {
  await publisher.publish({ topic: 'probe', orderKey: `${agent}/${kind}`, value: poisonOf(value, nth) });
}
