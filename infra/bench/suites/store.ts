/**
 * Question: how near does the way from Kafka into the tables, with all its checks, tokens, roll-ups and the ledger, come to
 * what the engine does alone, and how far is it from rows as JSON? How old is a row when it is stored? Fair: the same rows,
 * the same tables, one after the other on the same machine, each with a fresh database; what each part counts is said in
 * apps/ingest/bench/store. Both ways from Kafka read a topic that was filled before.
 *
 *   round: json-rows ─► kafka-to-table ─► role ends ─► engine-limit, in the data directory that had the migrations
 *   then once, at half of what kafka-to-table reached: steady
 */
import { join } from 'node:path';
import type { DataPaths } from '../../world/paths.ts';
import type { Suite } from '../measure.ts';
import { median } from '../statistics.ts';
import { type JsonRows, type KafkaToTable, type Round, storeMetrics } from './store/metrics.ts';
import { type Steady, freshnessMetrics } from './store/steady.ts';
import { child, inFreshData, whileRunning } from './store/world.ts';

const DEFAULT_SECONDS = 10;
const ROUNDS = 3;
/** What is put into Kafka for each second of measuring: more than a machine of two cores takes out. */
const FILL_ROWS_A_SECOND = 1_500_000;
const FILL_JSON_ROWS_A_SECOND = 200_000;
const HALF = 0.5;

export const storeSuite: Suite = {
  name: 'store',
  question:
    'events a second from Kafka into the tables with their roll-ups, against the engine inserting the same blocks from a local file, and against JSON from Kafka inserted with JSONEachRow in batches of 100 000 rows; age of a row when it is stored, at half that speed',
  run: async ({ seconds = DEFAULT_SECONDS }) => {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await inFreshData((paths) => measureRound(paths, seconds)));
    const speed = median(rounds.map(({ kafka }) => kafka.rows / kafka.seconds));
    const eventsPerSecond = Math.max(1, Math.floor(speed * HALF));
    const steady = await inFreshData((paths) =>
      whileRunning(paths, (running) =>
        child<Steady>('store/steady.ts', { ...running, database: 'mapscope', seconds, eventsPerSecond }),
      ),
    );
    return { metrics: [...storeMetrics(rounds), ...freshnessMetrics(steady)] };
  },
};

async function measureRound(paths: DataPaths, seconds: number): Promise<Round> {
  const { json, kafka } = await throughServer(paths, seconds);
  const limit = await child<Round['limit']>('store/engine-limit.ts', {
    dataDir: paths.clickhouseData,
    spoolDir: join('/dev/shm', `mapscope-bench-${process.pid}`),
    seconds,
  });
  return { kafka, limit, json };
}

const throughServer = (paths: DataPaths, seconds: number): Promise<Pick<Round, 'json' | 'kafka'>> =>
  whileRunning(paths, async (running) => {
    const json = await child<JsonRows>('store/json-rows.ts', {
      ...running,
      database: 'json_rows',
      seconds,
      fillRows: seconds * FILL_JSON_ROWS_A_SECOND,
    });
    const kafka = await child<KafkaToTable>('store/kafka-to-table.ts', {
      ...running,
      database: 'mapscope',
      seconds,
      fillRows: seconds * FILL_ROWS_A_SECOND,
    });
    return { json, kafka };
  });
