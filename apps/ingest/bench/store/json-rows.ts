/**
 * Question: what does the ordinary way do, at its documented best? Events as JSON in Kafka, 500 to a message, compressed; a
 * collector reads and parses them, and the official client inserts 100 000 rows at once with JSONEachRow, two inserts at a
 * time, into the same tables of the same server. Offsets are committed after the insert. In its favour: rows need no
 * mapping, nothing is checked, and nothing is done against doubles. Prints one JSON object.
 *
 * One argument, JSON: { kafkaBrokers, clickhouseUrl, clickhousePid, database, seconds, fillRows }
 */
import { createClient } from '@clickhouse/client';
import { openStore } from '@mapscope/store';
import {
  type OpenPartition,
  type PartitionClaim,
  type Stream,
  type StreamMessage,
  connectStream,
} from '@mapscope/stream';
import { FAMILIES, type MadeBlock, ROWS, makeBlocks } from './blocks.ts';
import { cpuSeconds, peakMebibytes } from './cpu-seconds.ts';
import { type JsonRow, rowsOf } from './json-row.ts';

interface Asked {
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly clickhousePid: number;
  readonly database: string;
  readonly seconds: number;
  readonly fillRows: number;
}

const ROWS_A_MESSAGE = 500;
const ROWS_AN_INSERT = 100_000;
const AT_ONCE = 2;
const ORDER_KEYS = 48;

// The argument is written by infra/bench/suites/store.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const stream = await connectStream({ brokers: asked.kafkaBrokers, clientId: 'bench-json', topicPrefix: 'json.' });
await stream.ensureTopics();
const store = await openStore({ url: asked.clickhouseUrl, database: asked.database });
await store.migrate();
const client = createClient({ url: asked.clickhouseUrl, database: asked.database, request_timeout: 120_000 });
await fill(stream);
process.stdout.write(`${JSON.stringify(await measure())}\n`);
await client.close();
await store.close();
await stream.close();

async function fill(into: Stream): Promise<void> {
  const messages = makeBlocks(1, BigInt(Date.now()) * 1_000_000n).flatMap(messagesOf);
  const publisher = await into.publisher();
  const sending: Promise<unknown>[] = [];
  for (let i = 0; i < asked.fillRows / ROWS_A_MESSAGE; i++) {
    const value = messages[i % messages.length];
    if (value === undefined) break;
    sending.push(publisher.publish({ topic: 'probe', orderKey: `k${i % ORDER_KEYS}`, value }));
    if (sending.length >= 256) await Promise.all(sending.splice(0));
  }
  await Promise.all(sending);
  await publisher.close();
}

/** The first line names the table. */
function messagesOf({ kind, columns }: MadeBlock): readonly Uint8Array[] {
  const rows = rowsOf(columns, ROWS);
  return Array.from({ length: ROWS / ROWS_A_MESSAGE }, (_, i) => {
    const lines = rows.slice(i * ROWS_A_MESSAGE, (i + 1) * ROWS_A_MESSAGE).map((row) => JSON.stringify(row));
    return Buffer.from([kind, ...lines].join('\n'));
  });
}

async function measure() {
  const collector = makeCollector();
  const consumer = await stream.consumePartitions({
    topic: 'probe',
    groupId: 'bench-json',
    open: collector.open,
    onProblem: (error) => void process.stderr.write(`${error.message}\n`),
    fetch: { maxBytes: 8 * 1024 * 1024, maxBytesPerPartition: 2 * 1024 * 1024, concurrency: 8 },
  });
  // Not the time that joining the group takes.
  await collector.begun;
  const before = { own: process.cpuUsage(), clickhouse: cpuSeconds(asked.clickhousePid) };
  const started = performance.now();
  const late = setTimeout(collector.end, asked.seconds * 1000);
  await collector.ended;
  clearTimeout(late);
  const { user, system } = process.cpuUsage(before.own);
  const answer = {
    rows: collector.rows(),
    seconds: (performance.now() - started) / 1000,
    collectorCpuSeconds: (user + system) / 1e6,
    clickhouseCpuSeconds: cpuSeconds(asked.clickhousePid) - before.clickhouse,
    collectorMebibytes: peakMebibytes(process.pid),
  };
  await consumer.close();
  return answer;
}

interface Collector {
  readonly open: OpenPartition;
  readonly rows: () => number;
  /** the first message came */
  readonly begun: Promise<void>;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

function makeCollector(): Collector {
  const pending = new Map<string, JsonRow[]>();
  const inserting = new Set<Promise<void>>();
  const places = new Map<PartitionClaim, bigint>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let rows = 0;
  const insert = async (table: string, values: readonly JsonRow[]): Promise<void> => {
    await client.insert({ table, values, format: 'JSONEachRow' });
    rows += values.length;
    await Promise.all([...places].map(([claim, offset]) => claim.commit(offset, '').catch(() => undefined)));
    if (rows > asked.fillRows - FAMILIES.length * ROWS_AN_INSERT) end();
  };
  const take = async ({ value }: StreamMessage): Promise<void> => {
    const [table = '', ...lines] = Buffer.from(value ?? [])
      .toString()
      .split('\n');
    const waiting = pending.get(table) ?? [];
    pending.set(table, waiting);
    // What a collector does to each row: it is an object, before it is sent on.
    for (const line of lines) waiting.push(JSON.parse(line) as JsonRow);
    if (waiting.length < ROWS_AN_INSERT) return;
    const values = waiting.splice(0);
    while (inserting.size >= AT_ONCE) await Promise.race(inserting);
    const done: Promise<void> = insert(table, values).finally(() => inserting.delete(done));
    inserting.add(done);
  };
  const open: OpenPartition = (claim) => ({
    take: async (messages) => {
      begin();
      for (const message of messages) await take(message);
      places.set(claim, BigInt(messages.at(-1)?.offset ?? 0) + 1n);
      return 'kept';
    },
    drain: async () => void (await Promise.allSettled(inserting)),
    settled: () => Promise.resolve(),
  });
  return { open, begun, end, ended, rows: () => rows };
}
