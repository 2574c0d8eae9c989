/**
 * Question: at a steady load, how old is a row when it is in the tables, and do memory, parts and lag stay where they are?
 * Fair: load comes from the role `generate` (which sends a quarter of a second's rows when it is over, as agents do), through
 * the broker and the writer of production; ages are those of the oldest row of each batch, until its batch stands in the
 * ledger, which is written after tables and roll-ups. Prints one JSON object.
 *
 * One argument, JSON: { kafkaBrokers, clickhouseUrl, clickhousePid, database, seconds, eventsPerSecond }
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { connectStream } from '@mapscope/stream';
import { residentMebibytes } from './cpu-seconds.ts';
import { type Role, startRole } from './roles.ts';

interface Asked {
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly clickhousePid: number;
  readonly database: string;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

interface Sample {
  readonly seconds: number;
  readonly writerMebibytes: number;
  readonly clickhouseMebibytes: number;
  readonly parts: number;
}

const SAMPLE_MILLIS = 2_000;
const CATCH_UP_MILLIS = 120_000;
const WARM_UP_EVENTS = 400;
const GROUP = 'bench-steady';

// The argument is written by infra/bench/suites.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const prefix = `${asked.database}.`;
/** 0.5, 0.99 and the largest, by rows: age from a batch's first row on, lag from its last. */
const agesSince = (unixMillis: number): string => `SELECT toFloat64(sum(rows)) AS stored,
  quantilesExactWeighted(0.5, 0.99, 1)(toFloat64(toUnixTimestamp64Milli(inserted_at)) - first_unix_ns / 1e6, rows) AS ageMillis,
  quantilesExactWeighted(0.5, 0.99, 1)(toFloat64(toUnixTimestamp64Milli(inserted_at)) - last_unix_ns / 1e6, rows) AS lagMillis
FROM ${asked.database}.batches WHERE first_unix_ns >= ${unixMillis} * 1000000`;

const PARTS = `SELECT toFloat64(max(parts)) AS parts FROM (SELECT count() AS parts FROM system.parts
WHERE active AND database = '${asked.database}' GROUP BY table)`;

const stream = await connectStream({ brokers: asked.kafkaBrokers, clientId: 'bench-steady', topicPrefix: prefix });
await stream.ensureTopics();
const client = createClient({ url: asked.clickhouseUrl });
const kafka = ['--kafka-brokers', asked.kafkaBrokers.join(','), '--topic-prefix', prefix];
const store = ['--clickhouse-url', asked.clickhouseUrl, '--clickhouse-database', asked.database];
const writer = startRole('writer', [...kafka, ...store, '--group', GROUP]);
try {
  await writer.said('ready');
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} finally {
  writer.child.kill('SIGTERM');
  await once(writer.child, 'exit');
  await client.close();
  await stream.close();
}

function load(eventsPerSecond: number, seconds: number): Role {
  return startRole('generate', [
    ...kafka,
    '--events-per-second',
    String(eventsPerSecond),
    '--seconds',
    String(seconds),
  ]);
}

async function measure() {
  // Until the writer has joined its group: nobody's rows wait for that but the first ones'.
  await load(WARM_UP_EVENTS, 1).said('stopped');
  await caughtUp();
  const since = Date.now();
  const generator = load(asked.eventsPerSecond, asked.seconds);
  const sampling = new AbortController();
  const samples = sampleUntil(sampling.signal, writer);
  const published = rowsOf(await generator.said('stopped'));
  await caughtUp();
  sampling.abort();
  const [ages] = await rows<Ages>(agesSince(since));
  return { published, eventsPerSecond: asked.eventsPerSecond, samples: await samples, ...ages };
}

interface Ages {
  readonly stored: number;
  readonly ageMillis: readonly number[];
  readonly lagMillis: readonly number[];
}

async function rows<Row>(query: string): Promise<readonly Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return answer.json<Row>();
}

/** Rows that the generator's last word counts. */
function rowsOf(word: Readonly<Record<string, unknown>>): number {
  // Its shape is run-generate.ts'.
  const counts = word['published'] as Readonly<Record<string, { readonly rows: number }>>;
  return Object.values(counts).reduce((sum, count) => sum + count.rows, 0);
}

async function sampleUntil(stop: AbortSignal, of: Role): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const started = performance.now();
  while (!stop.aborted) {
    await sleep(SAMPLE_MILLIS, undefined, { signal: stop }).catch(() => undefined);
    samples.push({
      seconds: (performance.now() - started) / 1000,
      writerMebibytes: residentMebibytes(of.child.pid ?? 0),
      clickhouseMebibytes: residentMebibytes(asked.clickhousePid),
      parts: (await rows<{ readonly parts: number }>(PARTS))[0]?.parts ?? 0,
    });
  }
  return samples;
}

async function caughtUp(): Promise<void> {
  const until = performance.now() + CATCH_UP_MILLIS;
  while (performance.now() < until) {
    if ((await stream.lag(GROUP)) === 0) return;
    await sleep(100);
  }
}
