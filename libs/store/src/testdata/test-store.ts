/** A store on a real ClickHouse for one test file, in a database of its own that is dropped at the end. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, inject, onTestFinished } from 'vitest';
import { type Clickhouse, connectClickhouse } from '../connection/clickhouse.ts';
import { openStore, type Store } from '../store.ts';

export interface TestStore {
  readonly store: Store;
  readonly clickhouse: Clickhouse;
  readonly url: string;
  readonly database: string;
}

/**
 * `until` the end of the file: asked for at its top, for what a hook registers never runs; or of the test that asks.
 * The engine counts 22 MB for the tables of each database, so none is left behind.
 */
export async function openTestStore(until: 'test' | 'file' = 'file'): Promise<TestStore> {
  // Given by infra/test/world.ts when it runs the whole world; undefined when this file runs alone.
  const given = inject('clickhouseUrl' as never) as string | undefined;
  const url = given ?? (await startEngine());
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const store = await openStore({ url, database });
  const clickhouse = connectClickhouse({ url, database });
  const atEnd = until === 'test' ? onTestFinished : afterAll;
  atEnd(async () => {
    await clickhouse.command({ name: 'drop', sql: `DROP DATABASE IF EXISTS ${database} SYNC` });
    await clickhouse.close();
    await store.close();
  });
  return { store, clickhouse, url, database };
}

async function startEngine(): Promise<string> {
  const home = mkdtempSync('/tmp/mapscope-store-');
  const role = new URL('../../../../apps/ingest/src/clickhouse/role.ts', import.meta.url).href;
  const script = new URL('start-clickhouse.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=source', script, role, home], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  afterAll(async () => {
    child.stdin.end();
    await closed;
    rmSync(home, { recursive: true });
  });
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the engine ended before it said its URL');
}
