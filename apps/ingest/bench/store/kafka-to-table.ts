/**
 * Question: how many events a second does one writer bring from Kafka into tables with all their roll-ups?
 * Fair: the topic is filled before (no producer takes CPU meanwhile), the writer is the program that runs in production, and
 * time is from the first commit seen to the last, or to the end of the time given. Prints one JSON object.
 *
 * One argument, JSON: { kafkaBrokers, kafkaPid, clickhouseUrl, clickhousePid, database, seconds, fillRows }
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stream, connectStream } from '@mapscope/stream';
import { openStore } from '@mapscope/store';
import { ROWS, makeBlocks, toValue } from './blocks.ts';
import { cpuSeconds, peakMebibytes } from './cpu-seconds.ts';
import { type Role, startRole } from './roles.ts';

interface Asked {
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly clickhousePid: number;
  readonly kafkaPid: number;
  readonly database: string;
  readonly seconds: number;
  readonly fillRows: number;
}

const BLOCKS_A_KIND = 8;
/** Spread over all partitions of the topic. */
const ORDER_KEYS = 48;
const GROUP = 'bench-writer';

// The argument is written by infra/bench/suites/store.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const prefix = `${asked.database}.`;
const stream = await connectStream({ brokers: asked.kafkaBrokers, clientId: 'bench', topicPrefix: prefix });
await stream.ensureTopics();
const store = await openStore({ url: asked.clickhouseUrl, database: asked.database });
await store.migrate();
const messages = await fill(stream);
process.stdout.write(`${JSON.stringify(await measure(messages))}\n`);
await store.close();
await stream.close();

async function fill(into: Stream): Promise<number> {
  const blocks = makeBlocks(BLOCKS_A_KIND, BigInt(Date.now()) * 1_000_000n);
  const publisher = await into.publisher();
  const count = Math.ceil(asked.fillRows / ROWS);
  const sending: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    const block = blocks[i % blocks.length];
    if (block === undefined) break;
    const value = toValue(block, BigInt(i));
    sending.push(publisher.publish({ topic: 'probe', orderKey: `k${i % ORDER_KEYS}`, value }));
    // The values that wait are memory of this process.
    if (sending.length >= 64) await Promise.all(sending.splice(0));
  }
  await Promise.all(sending);
  await publisher.close();
  return count;
}

async function measure(all: number) {
  const { child, said } = startWriter();
  try {
    await said('ready');
    return await watch(child.pid ?? 0, all);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

async function watch(writerPid: number, all: number) {
  const start = await whenBelow(all);
  const before = {
    writer: cpuSeconds(writerPid),
    clickhouse: cpuSeconds(asked.clickhousePid),
    kafka: cpuSeconds(asked.kafkaPid),
  };
  const end = await whenDoneOrLate(start.at);
  return {
    rows: (start.lag - end.lag) * ROWS,
    seconds: (end.at - start.at) / 1000,
    left: end.lag * ROWS,
    writerCpuSeconds: cpuSeconds(writerPid) - before.writer,
    clickhouseCpuSeconds: cpuSeconds(asked.clickhousePid) - before.clickhouse,
    kafkaCpuSeconds: cpuSeconds(asked.kafkaPid) - before.kafka,
    writerMebibytes: peakMebibytes(writerPid),
    clickhouseMebibytes: peakMebibytes(asked.clickhousePid),
  };
}

function startWriter(): Role {
  const { kafkaBrokers, clickhouseUrl, database } = asked;
  const kafka = ['--kafka-brokers', kafkaBrokers.join(','), '--topic-prefix', prefix];
  const store = ['--clickhouse-url', clickhouseUrl, '--clickhouse-database', database];
  return startRole('writer', [...kafka, ...store, '--group', GROUP]);
}

interface Seen {
  readonly lag: number;
  readonly at: number;
}

async function look(): Promise<Seen> {
  return { lag: await stream.lag(GROUP), at: performance.now() };
}

async function whenBelow(all: number): Promise<Seen> {
  for (;;) {
    const seen = await look();
    if (seen.lag < all) return seen;
    await sleep(20);
  }
}

async function whenDoneOrLate(from: number): Promise<Seen> {
  for (;;) {
    const seen = await look();
    if (seen.lag === 0 || seen.at - from > asked.seconds * 1000) return seen;
    await sleep(50);
  }
}
