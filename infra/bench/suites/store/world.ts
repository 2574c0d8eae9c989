/** A broker and the engine with fresh data, and our own programs run against them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../setup/run.ts';
import { ensureKafkaJars } from '../../../setup/tasks/kafka-jars.ts';
import { startKafka } from '../../../world/kafka.ts';
import { REPO_ROOT, dataPaths, type DataPaths } from '../../../world/paths.ts';
import { freePort } from '../../../world/ports.ts';
import { startClickhouse } from '../../../world/roles.ts';

/** What the programs of apps/ingest/bench/store are told of it. */
export interface Running {
  readonly kafkaBrokers: readonly string[];
  readonly kafkaPid: number;
  readonly clickhouseUrl: string;
  readonly clickhousePid: number;
}

export async function inFreshData<Result>(work: (paths: DataPaths) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-bench-'));
  const paths = dataPaths(folder);
  try {
    await ensureKafkaJars(paths);
    return await work(paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function whileRunning<Result>(
  paths: DataPaths,
  work: (running: Running) => Promise<Result>,
): Promise<Result> {
  const kafka = await startKafka(paths, await freePort());
  const engine = await startClickhouse(paths, await freePort());
  try {
    return await work({
      kafkaBrokers: kafka.brokers,
      kafkaPid: kafka.process.pid,
      clickhouseUrl: engine.url,
      clickhousePid: engine.process.pid,
    });
  } finally {
    await engine.process.stop();
    await kafka.process.stop();
  }
}

/** @param script below apps/ingest/bench */
export async function child<Answer>(script: string, asked: object): Promise<Answer> {
  const file = join(REPO_ROOT, 'apps/ingest/bench', script);
  const words = ['--conditions=source', file, JSON.stringify(asked)];
  // The engine works in libuv's threads (apps/ingest/src/clickhouse/README.md).
  const env = { UV_THREADPOOL_SIZE: '8' };
  const output = await run(process.execPath, words, { env, mend: 'It needs a JDK for Kafka and 4 GiB of disk' });
  // Our own programs: each prints the answer of its type as its last line.
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Answer;
}
