/**
 * Everything a service is watched with, on one machine: broker, engine, writer and API.
 * What is given (KAFKA_BROKERS, CLICKHOUSE_URL) is used; the rest is started here and ends with the world.
 */
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import type { Progress } from '../setup/steps.ts';
import { startKafka } from './kafka.ts';
import type { DataPaths } from './paths.ts';
import { claimPort } from './ports.ts';
import type { RunningProcess } from './process.ts';
import { startApi, startClickhouse, startWriter, type Addresses } from './roles.ts';

export interface WorldOptions {
  readonly kafkaBrokers?: readonly string[] | undefined;
  readonly clickhouseUrl?: string | undefined;
  /** 0 chooses a free one */
  readonly ports: { readonly api: number; readonly kafka: number; readonly clickhouse: number };
}

export interface World extends Addresses {
  readonly paths: DataPaths;
  readonly apiUrl: string;
  /** what was started here, in the order of starting */
  readonly processes: () => readonly RunningProcess[];
  /** API first, then the writer, which drains, then engine and broker */
  readonly close: () => Promise<void>;
}

export async function openWorld(paths: DataPaths, options: WorldOptions, progress: Progress): Promise<World> {
  const started: RunningProcess[] = [];
  const close = async (): Promise<void> => {
    for (const process of started.toReversed()) await process.stop();
  };
  try {
    const addresses = await openStores(paths, options, { progress, started });
    started.push(
      await progress(
        'writer',
        () => startWriter(paths, addresses),
        (writer) => `pid ${writer.pid}`,
      ),
    );
    const port = await claimPort(options.ports.api, 'the API and the pages', '--port');
    const api = await progress(
      'API',
      () => startApi(paths, addresses, port),
      (running) => running.url,
    );
    started.push(api.process);
    return { ...addresses, paths, apiUrl: api.url, processes: () => started, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Building {
  readonly progress: Progress;
  readonly started: RunningProcess[];
}

async function openStores(paths: DataPaths, options: WorldOptions, building: Building): Promise<Addresses> {
  const kafkaBrokers = options.kafkaBrokers ?? (await openKafka(paths, options.ports.kafka, building));
  const clickhouseUrl = options.clickhouseUrl ?? (await openClickhouse(paths, options.ports.clickhouse, building));
  return { kafkaBrokers, clickhouseUrl };
}

async function openKafka(
  paths: DataPaths,
  wantedPort: number,
  { progress, started }: Building,
): Promise<readonly string[]> {
  await progress('Kafka jars', () => ensureKafkaJars(paths));
  const port = await claimPort(wantedPort, 'the Kafka broker', '--kafka-port');
  const kafka = await progress(
    'Kafka broker',
    () => startKafka(paths, port),
    (running) => running.brokers.join(','),
  );
  started.push(kafka.process);
  return kafka.brokers;
}

async function openClickhouse(paths: DataPaths, wantedPort: number, { progress, started }: Building): Promise<string> {
  const port = await claimPort(wantedPort, "ClickHouse's HTTP interface", '--clickhouse-port');
  const engine = await progress(
    'ClickHouse engine',
    () => startClickhouse(paths, port),
    (running) => running.url,
  );
  started.push(engine.process);
  return engine.url;
}
