/**
 * The world of the integration tests, started once for all of them: a real broker and the real engine on free ports,
 * data in a temporary folder. What is given by KAFKA_BROKERS and CLICKHOUSE_URL is used instead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import { startKafka } from '../world/kafka.ts';
import { dataPaths } from '../world/paths.ts';
import { freePort } from '../world/ports.ts';
import { startClickhouse } from '../world/roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-test-'));
  const paths = dataPaths(folder);
  await ensureKafkaJars(paths);
  const kafka = await startKafka(paths, await freePort());
  const engine = await startClickhouse(paths, await freePort());
  project.provide('kafkaBrokers', [...kafka.brokers]);
  project.provide('clickhouseUrl', engine.url);
  return async () => {
    await engine.process.stop();
    await kafka.process.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
