/** What an agent needs around it: Kafka, ClickHouse, a place for its journal; and the ports that `npm start` takes. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { connectStream } from '@mapscope/stream';
import { openStore } from '@mapscope/store';
import { type Check, fromError, unwell, well } from './check.ts';
import { type PortOwner, portOwners } from './port-owners.ts';
import type { DoctorConfig } from './options.ts';

export async function checkSurroundings(config: DoctorConfig): Promise<readonly Check[]> {
  return [
    await checkKafka(config),
    await checkClickhouse(config),
    checkDataDir(config.dataDir),
    ...checkPorts(config, portOwners()),
  ];
}

async function checkKafka({ kafkaBrokers: brokers, kafkaProperties }: DoctorConfig): Promise<Check> {
  if (brokers === undefined) return well('Kafka', 'not configured (KAFKA_BROKERS): npm start brings its own');
  try {
    const stream = await connectStream({ brokers, propertiesFile: kafkaProperties, clientId: 'mapscope-doctor' });
    await stream.close();
    return well('Kafka', `${brokers.join(', ')} answers`);
  } catch (error) {
    return fromError('Kafka', error);
  }
}

async function checkClickhouse({ clickhouseUrl: url, username, password }: DoctorConfig): Promise<Check> {
  if (url === undefined) return well('ClickHouse', 'not configured (CLICKHOUSE_URL): npm start brings its own');
  const user = { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
  try {
    const store = await openStore({ url, database: 'default', ...user });
    await store.close();
    return well('ClickHouse', `${url.replace(/\/\/[^/@]*@/, '//***@')} answers`);
  } catch (error) {
    return fromError('ClickHouse', error);
  }
}

/** Looks and makes nothing: the folder that is there, or where the first missing one would be made. */
function checkDataDir(folder: string): Check {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    if (!statSync(place).isDirectory()) return unwell('data folder', `${place} is a file: give another --data-dir`);
    return well('data folder', folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return unwell('data folder', `${folder} cannot be written (${code}): give another --data-dir`);
  }
}

/** What npm start takes: infra/start/options.ts. */
const PORTS = [
  { port: 8080, what: 'API and pages', flag: '--port' },
  { port: 4318, what: 'OTLP', flag: '--otlp-port' },
  { port: 9092, what: 'Kafka', flag: '--kafka-port' },
  { port: 8123, what: 'ClickHouse', flag: '--clickhouse-port' },
] as const;

export function checkPorts(
  { kafkaBrokers, clickhouseUrl }: Pick<DoctorConfig, 'kafkaBrokers' | 'clickhouseUrl'>,
  owners: ReadonlyMap<number, PortOwner>,
): readonly Check[] {
  const own = {
    Kafka: kafkaBrokers !== undefined,
    ClickHouse: clickhouseUrl !== undefined,
    OTLP: false,
    'API and pages': false,
  };
  return PORTS.filter(({ what }) => !own[what]).map(({ port, what, flag }) => {
    const owner = owners.get(port);
    const name = `port ${port}`;
    if (owner === undefined) return well(name, `free, for ${what}`);
    if (owner.isOurs) return well(name, `taken by Mapscope itself (process ${owner.pid})`);
    const who = owner.pid === undefined ? 'another process' : `process ${owner.pid} (${owner.program})`;
    return unwell(name, `taken by ${who}: stop it, or give npm start another ${flag} for ${what}`);
  });
}
