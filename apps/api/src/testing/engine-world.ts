/** A database of its own on the engine that tests are given, and planted requests with their waits in it. */
import { randomUUID } from 'node:crypto';
import { openStore, type Store } from '@mapscope/store';
import { inject, onTestFinished } from 'vitest';
import type { Planted } from './planted-evidence.ts';
import { block, requestRow, waitRow } from './planted-rows.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    clickhouseUrl: string;
  }
}

const url = inject('clickhouseUrl');
export const isGiven = typeof url === 'string';
export const reason = isGiven ? '' : ' (skipped: no engine, see infra/test/world.ts)';
export const realNow = (): bigint => BigInt(Date.now()) * 1_000_000n;

export async function openFor(database: string): Promise<Store> {
  const store = await openStore({ url, database });
  onTestFinished(() => store.close());
  return store;
}

/** A store with its tables in a database of its own, which goes with the test. */
export async function freshStore(): Promise<{ readonly store: Store; readonly database: string }> {
  const database = `api_${randomUUID().replaceAll('-', '')}`;
  onTestFinished(async () => void (await fetch(url, { method: 'POST', body: `DROP DATABASE ${database} SYNC` })));
  const store = await openFor(database);
  await store.migrate();
  return { store, database };
}

/** Such a store, and a way to put planted requests that end within a stretch of time into it. */
export async function engineWorld() {
  const { store, database } = await freshStore();
  let inserts = 0;
  const insert = async (rows: readonly Planted[]): Promise<void> => {
    if (rows.length === 0) return;
    const token = `${database}_${++inserts}`;
    await store.insertBlocks('http_requests', [block('http_requests', rows.map(requestRow))], token);
    const waits = rows.filter(({ waitNanos }) => waitNanos > 0).map(waitRow);
    if (waits.length > 0) await store.insertBlocks('lock_waits', [block('lock_waits', waits)], token);
  };
  return { store, database, insert };
}
