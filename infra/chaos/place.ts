/** A broker and an engine that may be killed and come back where they were, with all they had written; and the proxy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import { type KafkaExtras, startKafka } from '../world/kafka.ts';
import { type DataPaths, dataPaths } from '../world/paths.ts';
import { freePort } from '../world/ports.ts';
import type { RunningProcess } from '../world/process.ts';
import { startClickhouse } from '../world/roles.ts';
import { type AnswerProxy, openProxy } from './proxy.ts';

export interface Server {
  readonly victim: 'broker' | 'engine';
  readonly process: () => RunningProcess;
  /** a new process with the same address and data, when the last one has ended */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Place {
  readonly paths: DataPaths;
  readonly broker: Server;
  readonly engine: Server;
  readonly brokers: readonly string[];
  /** the same broker, through the proxy */
  readonly proxied: readonly string[];
  readonly proxy: AnswerProxy;
  readonly clickhouseUrl: string;
  readonly close: () => Promise<void>;
}

export async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-chaos-'));
  const paths = dataPaths(folder);
  await ensureKafkaJars(paths);
  const [port, behindProxy, controller] = [await freePort(), await freePort(), await freePort()];
  const proxy = await openProxy(behindProxy);
  const extras = listeners({ port, behindProxy, controller, proxy: proxy.port });
  const broker = await openServer('broker', async () => (await startKafka(paths, port, extras)).process);
  const { engine, url } = await openEngine(paths);
  return {
    paths,
    broker,
    engine,
    brokers: [`127.0.0.1:${port}`],
    proxied: [`127.0.0.1:${proxy.port}`],
    proxy,
    clickhouseUrl: url,
    close: async () => {
      await proxy.close();
      await engine.stop();
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openEngine(paths: DataPaths): Promise<{ readonly engine: Server; readonly url: string }> {
  const port = await freePort();
  const engine = await openServer('engine', async () => (await startClickhouse(paths, port)).process);
  return { engine, url: `http://127.0.0.1:${port}` };
}

async function openServer(victim: Server['victim'], begin: () => Promise<RunningProcess>): Promise<Server> {
  let current = await begin();
  return {
    victim,
    process: () => current,
    start: async () => {
      await current.exited;
      current = await begin();
    },
    stop: () => current.stop(),
  };
}

interface Ports {
  readonly port: number;
  readonly behindProxy: number;
  readonly controller: number;
  readonly proxy: number;
}

/** Clients that came through the proxy are sent to the proxy again. */
function listeners({ port, behindProxy, controller, proxy }: Ports): KafkaExtras {
  const properties = [
    `listeners=PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${behindProxy},CONTROLLER://127.0.0.1:${controller}`,
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${proxy}`,
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT',
  ];
  return { properties, formatArgs: [] };
}
