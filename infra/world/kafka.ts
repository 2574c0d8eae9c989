/**
 * A real single-node Apache Kafka in KRaft mode: configured, formatted once, started, waited for.
 * The pure part (the configuration text) first.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import { startProcess, type RunningProcess } from './process.ts';
import { freePort } from './ports.ts';
import { REPO_ROOT, type DataPaths } from './paths.ts';

/** Any 22 characters of base64url name a cluster; ours never meets another. */
const CLUSTER_ID = 'bWFwc2NvcGUtY2x1c3Rlcg';

/** Small for a laptop: one node, so every internal topic has one replica, and few partitions start faster. */
export function serverProperties(
  ports: { readonly broker: number; readonly controller: number },
  logDir: string,
): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${ports.controller}`,
    `listeners=PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${ports.broker}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    `log.dirs=${logDir}`,
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=4',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.num.partitions=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    // Killed with -9 it comes back only when its controller has missed it for so long (KIP-631): 9 s where nothing is said.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    // A batch of tens of thousands of rows is one message (libs/stream states the same bound for its topics).
    'message.max.bytes=16777216',
    'replica.fetch.max.bytes=16777216',
    'socket.request.max.bytes=67108864',
    'log.segment.bytes=134217728',
    '',
  ].join('\n');
}

/** A laptop's broker: small heap, one collector thread; the byte-code compiler's first stage is enough. */
const JVM_FLAGS = ['-Xms96m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:MaxMetaspaceSize=128m'];

export interface RunningKafka {
  readonly brokers: readonly string[];
  readonly process: RunningProcess;
}

/** More than the plain listener: lines of server.properties (a later one wins), and arguments of the format command. */
export interface KafkaExtras {
  readonly properties: readonly string[];
  readonly formatArgs: readonly string[];
}

export async function startKafka(paths: DataPaths, port: number, extras?: KafkaExtras): Promise<RunningKafka> {
  const configFile = join(paths.root, 'kafka', 'server.properties');
  mkdirSync(paths.kafkaData, { recursive: true });
  const plain = serverProperties({ broker: port, controller: await freePort() }, paths.kafkaData);
  writeFileSync(configFile, [plain, ...(extras?.properties ?? []), ''].join('\n'));
  if (!existsSync(join(paths.kafkaData, 'meta.properties'))) format(paths, configFile, extras?.formatArgs ?? []);
  const process = startProcess({
    name: 'kafka',
    command: 'java',
    args: [...JVM_FLAGS, ...javaArgs(paths), 'kafka.Kafka', configFile],
    logFile: join(paths.logs, 'kafka.log'),
  });
  await reachable(process, port, 60_000);
  return { brokers: [`127.0.0.1:${port}`], process };
}

function javaArgs(paths: DataPaths): string[] {
  return [
    `-Dlog4j2.configurationFile=${join(REPO_ROOT, 'infra/kafka/log4j2.properties')}`,
    // KRaft's own directory for logs that we do not write
    `-Dkafka.logs.dir=${paths.logs}`,
    '-cp',
    classPath(paths.kafkaJars),
  ];
}

function classPath(folder: string): string {
  const jars = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jar')) : [];
  if (jars.length === 0) {
    throw new MapscopeError(
      'SETUP_FAILED',
      `no Kafka jars in ${folder}: run npm start, which resolves them, or give KAFKA_BROKERS`,
    );
  }
  return jars.map((jar) => join(folder, jar)).join(':');
}

function format(paths: DataPaths, configFile: string, more: readonly string[]): void {
  const args = [...javaArgs(paths), 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', configFile, ...more];
  const result = spawnSync('java', args, { encoding: 'utf8' });
  if (result.status !== 0) {
    const why = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
    throw new MapscopeError('SETUP_FAILED', `Kafka's data directory ${paths.kafkaData} could not be formatted: ${why}`);
  }
}

/** The broker opens its port when it serves; kafkajs retries what the coordinator is not ready for. */
async function reachable(process: RunningProcess, port: number, timeoutMillis: number): Promise<void> {
  const deadline = Date.now() + timeoutMillis;
  while (Date.now() < deadline) {
    if (!process.running())
      throw new MapscopeError('SETUP_FAILED', `Kafka ended by itself; its log is ${process.logFile}`);
    if (await canConnect(port)) return;
    await sleep(100);
  }
  throw new MapscopeError(
    'SETUP_FAILED',
    `Kafka did not open port ${port} in ${timeoutMillis / 1000} s; its log is ${process.logFile}`,
  );
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
