/**
 * Everything a service is watched with, on one machine: broker, engine, writer, OTLP door and API.
 * What is given (KAFKA_BROKERS, CLICKHOUSE_URL) is used; the rest is started here, kept up, and ends with the world.
 */
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import type { Progress } from '../setup/steps.ts';
import { startKafka } from './kafka.ts';
import type { DataPaths } from './paths.ts';
import { claimPort } from './ports.ts';
import type { RunningProcess } from './process.ts';
import { startApi, startClickhouse, startOtlp, startWriter, type Addresses } from './roles.ts';
import { supervise, type Supervised } from './supervise.ts';

export interface WorldOptions {
  readonly kafkaBrokers?: readonly string[] | undefined;
  readonly clickhouseUrl?: string | undefined;
  /** 0 chooses a free one */
  readonly ports: { readonly api: number; readonly otlp: number; readonly kafka: number; readonly clickhouse: number };
}

export interface World extends Addresses {
  readonly paths: DataPaths;
  readonly apiUrl: string;
  readonly otlpUrl: string;
  /** what runs now of what was started here, in the order of starting */
  readonly processes: () => readonly RunningProcess[];
  /** API and doors first, then the writer, which drains, then engine and broker */
  readonly close: () => Promise<void>;
}

/** How people hear of steps while it opens, and of programs that had to be started again. */
export interface Voices {
  readonly progress: Progress;
  readonly say: (line: string) => void;
}

export async function openWorld(paths: DataPaths, options: WorldOptions, voices: Voices): Promise<World> {
  const building: Building = { paths, ...voices, started: [] };
  const close = async (): Promise<void> => {
    for (const role of building.started.splice(0).toReversed()) await role.stop();
  };
  try {
    const addresses = await openStores(options, building);
    await keep(building, 'writer', () => startWriter(paths, addresses), 'writes what arrives');
    const otlpUrl = await openOtlp(options.ports.otlp, addresses.kafkaBrokers, building);
    const apiUrl = await openApi(options.ports.api, addresses, building);
    const processes = (): RunningProcess[] => building.started.map((role) => role.current());
    return { ...addresses, paths, apiUrl, otlpUrl, processes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Building extends Voices {
  readonly paths: DataPaths;
  readonly started: Supervised[];
}

/** Starts it as a step of the task list, and again whenever it ends by itself. */
async function keep(
  { progress, say, started }: Building,
  title: string,
  start: () => Promise<RunningProcess>,
  outcome: string,
): Promise<void> {
  started.push(
    await progress(
      title,
      () => supervise({ start, say }),
      () => outcome,
    ),
  );
}

async function openStores(options: WorldOptions, building: Building): Promise<Addresses> {
  const kafkaBrokers = options.kafkaBrokers ?? (await openKafka(options.ports.kafka, building));
  const clickhouseUrl = options.clickhouseUrl ?? (await openClickhouse(options.ports.clickhouse, building));
  return { kafkaBrokers, clickhouseUrl };
}

async function openKafka(wantedPort: number, building: Building): Promise<readonly string[]> {
  const { paths, progress } = building;
  await progress('Kafka jars', () => ensureKafkaJars(paths));
  const port = await claimPort(wantedPort, 'the Kafka broker', '--kafka-port');
  const address = `127.0.0.1:${port}`;
  await keep(building, 'Kafka broker', async () => (await startKafka(paths, port)).process, address);
  return [address];
}

async function openClickhouse(wantedPort: number, building: Building): Promise<string> {
  const port = await claimPort(wantedPort, "ClickHouse's HTTP interface", '--clickhouse-port');
  const url = `http://127.0.0.1:${port}`;
  await keep(building, 'ClickHouse engine', async () => (await startClickhouse(building.paths, port)).process, url);
  return url;
}

async function openOtlp(wantedPort: number, brokers: readonly string[], building: Building): Promise<string> {
  const port = await claimPort(wantedPort, 'OTLP over HTTP', '--otlp-port');
  const url = `http://127.0.0.1:${port}`;
  await keep(building, 'OTLP door', async () => (await startOtlp(building.paths, brokers, port)).process, url);
  return url;
}

async function openApi(wantedPort: number, addresses: Addresses, building: Building): Promise<string> {
  const port = await claimPort(wantedPort, 'the API and the pages', '--port');
  const url = `http://127.0.0.1:${port}`;
  await keep(building, 'API', async () => (await startApi(building.paths, addresses, port)).process, url);
  return url;
}
