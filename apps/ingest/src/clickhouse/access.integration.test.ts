/** Who may do what at the real engine's door, and that nothing changes when it says no. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ACCESS_DEFAULTS, formatKey, formatKeyFile, type KeyEntry, type Scope } from '@mapscope/events';
import { openStore } from '@mapscope/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGuard } from '../access/open-guard.ts';
import { type ClickhouseRole, startClickhouseRole } from './role.ts';

const home = mkdtempSync('/tmp/mapscope-access-');
const spoolDir = mkdtempSync('/dev/shm/mapscope-access-');
const keysFile = join(home, 'keys.json');
const entries: KeyEntry[] = [];

function makeKey(prefix: string, scopes: readonly Scope[], expiresUnixMillis: number | null = null): string {
  const key = formatKey(prefix, randomBytes(32).toString('base64url'));
  const sha256 = createHash('sha256').update(key).digest('hex');
  entries.push({ prefix, sha256, scopes, createdUnixMillis: Date.now(), expiresUnixMillis, note: '' });
  return key;
}

const reader = makeKey('reader00', ['read']);
const ingester = makeKey('ingest00', ['ingest']);
const writer = makeKey('writer00', ['read', 'ingest']);
const owner = makeKey('owner000', ['read', 'ingest', 'control']);
const expired = makeKey('expired0', ['read', 'ingest', 'control'], Date.now() - 1000);
const save = (kept: readonly KeyEntry[]): void => writeFileSync(keysFile, formatKeyFile({ version: 1, entries: kept }));

let role: ClickhouseRole;
beforeAll(async () => {
  save(entries);
  const guard = openGuard({ ...ACCESS_DEFAULTS, host: '127.0.0.1', keysFile, requireKey: true }, () => undefined);
  const log = { info: (): void => {}, warn: (): void => {} };
  const dataDir = join(home, 'data');
  const maxBodyBytes = 4 * 1024 * 1024;
  role = await startClickhouseRole({ host: '127.0.0.1', port: 0, dataDir, spoolDir, log, guard, maxBodyBytes });
  await ask('CREATE TABLE t (a UInt32) ENGINE = MergeTree ORDER BY a', bearer(owner));
  await ask('INSERT INTO t SELECT number FROM numbers(10)', bearer(owner));
});
afterAll(async () => {
  await role.close();
  rmSync(home, { recursive: true });
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const ask = (statement: string, headers: Record<string, string>): Promise<Response> =>
  fetch(role.url, { method: 'POST', body: statement, headers });
const insert = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> =>
  fetch(`${role.url}/?query=${encodeURIComponent('INSERT INTO t FORMAT CSV')}`, { method: 'POST', body, headers });
const count = async (): Promise<string> => (await ask('SELECT count() FROM t', bearer(owner))).text();

test.each([
  ['nobody', {}, 401, 516, 'a key is needed'],
  ['something that is no key', bearer('hunter2'), 401, 516, 'is not a key'],
  ['a key of another file', bearer(formatKey('unknown0', 'A'.repeat(43))), 401, 516, 'is not known here'],
  ['an expired key', bearer(expired), 401, 516, 'expired at'],
  ['a key to read', bearer(reader), 403, 497, 'has the scope read, this needs ingest'],
  ['a foreign page with a key', { ...bearer(owner), origin: 'http://evil.example' }, 403, 497, '--allowed-origins'],
])('%s inserts nothing', async (_name, headers, status, code, text) => {
  const before = await count();
  const response = await insert('1\n', headers);
  expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([status, String(code)]);
  expect(await response.text()).toContain(text);
  expect(await count()).toBe(before);
});

test('a foreign Host is refused whatever key comes with it', async () => {
  const { port } = new URL(role.url);
  const path = `/?query=${encodeURIComponent('SELECT 1')}`;
  const headers = { ...bearer(owner), host: `rebound.example:${port}` };
  const status = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('each scope opens its statements and no others', async () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['SELECT 1', reader, 200],
    ['SELECT 1', ingester, 403],
    ['INSERT INTO t SELECT 1 WHERE 0', ingester, 200],
    ['CREATE TABLE IF NOT EXISTS u (a UInt32) ENGINE = MergeTree ORDER BY a', ingester, 200],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a UInt32', ingester, 200],
    ['TRUNCATE TABLE t', ingester, 403],
    ['DROP TABLE t', writer, 403],
    ['CREATE OR REPLACE TABLE t (b Int8) ENGINE = MergeTree ORDER BY b', writer, 403],
    ['ALTER TABLE t DELETE WHERE 1', writer, 403],
    ['ALTER TABLE t DROP COLUMN a', writer, 403],
    ['DROP TABLE u', owner, 200],
  ];
  const before = await count();
  for (const [statement, key, status] of cases) {
    expect((await ask(statement, bearer(key))).status, `${statement} by ${key.slice(0, 12)}`).toBe(status);
  }
  expect(await count()).toBe(before);
});

test("clients bring the key as ClickHouse's own do: as a password, whatever the user", async () => {
  const client = createClient({
    url: role.url,
    username: 'anybody',
    password: writer,
    log: { level: ClickHouseLogLevel.OFF },
  });
  await client.insert({ table: 't', values: [{ a: 77 }], format: 'JSONEachRow' });
  const found = await client.query({ query: 'SELECT a FROM t WHERE a = 77', format: 'JSONEachRow' });
  expect(await found.json()).toEqual([{ a: 77 }]);
  await client.close();
  expect((await ask('SELECT 1', { 'x-clickhouse-user': 'default', 'x-clickhouse-key': reader })).status).toBe(200);
  const store = await openStore({ url: role.url, database: 'keyed', password: writer });
  expect((await store.migrate()).length).toBeGreaterThan(0);
  await store.close();
  await expect(openStore({ url: role.url, database: 'keyed' })).rejects.toThrow('a key is needed');
});

test('health needs no key and shows nothing', async () => {
  expect(await (await fetch(`${role.url}/ping`)).text()).toBe('Ok.\n');
  expect(await (await fetch(role.url)).text()).toBe('Ok.\n');
  expect((await fetch(`${role.url}/?query=SELECT+1`)).status).toBe(401);
});

test('64 MiB and a gzip bomb: refused without a key before they are read, with one at the bound', async () => {
  const before = await count();
  const large = new Uint8Array(64 * 1024 * 1024).fill(0x31);
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024).fill(0x31));
  const zipped = { 'content-encoding': 'gzip' };
  expect((await insert(large, {})).status).toBe(401);
  expect((await insert(bomb, zipped)).status).toBe(401);
  const refused = [await insert(large, bearer(writer)), await insert(bomb, { ...bearer(writer), ...zipped })];
  for (const response of refused) {
    expect([response.status, await response.text()]).toEqual([413, expect.stringContaining('several inserts')]);
  }
  expect(await count()).toBe(before);
});

test('a revoked key is out within a second, without a restart', async () => {
  save(entries.filter(({ prefix }) => prefix !== 'ingest00'));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const before = await count();
  const response = await insert('1\n', bearer(ingester));
  expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('revoked')]);
  expect(await count()).toBe(before);
});
