/**
 * Question: how near does the way from Kafka into the tables, with all its checks, tokens, roll-ups and the ledger, come to
 * what the engine does alone, and how far is it from rows as JSON? Fair: the same blocks, the same tables, one after the
 * other on the same machine, each with a fresh database; what each part counts is said in apps/ingest/bench/store.
 *
 *   round: json-rows ─► kafka-to-table ─► role ends ─► engine-limit, in the data directory that had the migrations
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../setup/run.ts';
import { ensureKafkaJars } from '../../setup/tasks/kafka-jars.ts';
import { startKafka } from '../../world/kafka.ts';
import { REPO_ROOT, dataPaths, type DataPaths } from '../../world/paths.ts';
import { freePort } from '../../world/ports.ts';
import { startClickhouse } from '../../world/roles.ts';
import type { Suite } from '../measure.ts';
import { type Inserted, type KafkaToTable, type Round, storeMetrics } from './store/metrics.ts';

const DEFAULT_SECONDS = 10;
const ROUNDS = 3;
/** What is put into Kafka for each second of measuring: more than a machine of two cores takes out. */
const FILL_ROWS_A_SECOND = 1_500_000;

export const storeSuite: Suite = {
  name: 'store',
  question:
    'events a second from Kafka into the tables with their roll-ups, against the engine inserting the same blocks from a local file, and against JSONEachRow in batches of 100 000 rows',
  run: async ({ seconds = DEFAULT_SECONDS }) => {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(seconds));
    return { metrics: storeMetrics(rounds) };
  },
};

async function measureRound(seconds: number): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-bench-'));
  const paths = dataPaths(folder);
  try {
    await ensureKafkaJars(paths);
    const { json, kafka } = await throughServer(paths, seconds);
    const limit = await child<Round['limit']>('engine-limit.ts', {
      dataDir: paths.clickhouseData,
      spoolDir: join('/dev/shm', `mapscope-bench-${process.pid}`),
      seconds,
    });
    return { kafka, limit, json };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function throughServer(paths: DataPaths, seconds: number): Promise<Pick<Round, 'json' | 'kafka'>> {
  const kafka = await startKafka(paths, await freePort());
  const engine = await startClickhouse(paths, await freePort());
  const clickhouseUrl = engine.url;
  try {
    const json = await child<Inserted>('json-rows.ts', { clickhouseUrl, database: 'json_rows', seconds });
    const written = await child<KafkaToTable>('kafka-to-table.ts', {
      kafkaBrokers: kafka.brokers,
      clickhouseUrl,
      clickhousePid: engine.process.pid,
      database: 'mapscope',
      seconds,
      fillRows: seconds * FILL_ROWS_A_SECOND,
    });
    return { json, kafka: written };
  } finally {
    await engine.process.stop();
    await kafka.process.stop();
  }
}

async function child<Answer>(script: string, asked: object): Promise<Answer> {
  const file = join(REPO_ROOT, 'apps/ingest/bench/store', script);
  const words = ['--conditions=source', file, JSON.stringify(asked)];
  // The engine works in libuv's threads (apps/ingest/src/clickhouse/README.md).
  const env = { UV_THREADPOOL_SIZE: '8' };
  const output = await run(process.execPath, words, { env, mend: 'It needs a JDK for Kafka and 4 GiB of disk' });
  // Our own programs: each prints the answer of its type as its last line.
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Answer;
}
