/** An api with keys, for tests of who gets in. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_DEFAULTS, formatKey, formatKeyFile, type KeyEntry, type Scope } from '@mapscope/events';
import { onTestFinished } from 'vitest';
import { openGuard, type AccessConfig } from '../access/open-guard.ts';
import { runningApi } from './running-api.ts';

export const PUT = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"state":"off"}' };

function makeKey(prefix: string, scopes: readonly Scope[], expiresUnixMillis: number | null = null) {
  const key = formatKey(prefix, randomBytes(32).toString('base64url'));
  const sha256 = createHash('sha256').update(key).digest('hex');
  const entry: KeyEntry = { prefix, sha256, scopes, createdUnixMillis: 0, expiresUnixMillis, note: '' };
  return { key, entry };
}

export const READER = makeKey('reader00', ['read']);
export const OWNER = makeKey('owner000', ['read', 'control']);
export const EXPIRED = makeKey('expired0', ['read', 'control'], 1000);

/** Gone with the test. */
export function folder(): string {
  const home = mkdtempSync(join(tmpdir(), 'mapscope-access-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

/** An api that demands a key. `published` is everything a request could change. */
export async function guarded(changes: Partial<AccessConfig> = {}, uiDir?: string, assistantWrites = false) {
  const keysFile = join(folder(), 'keys.json');
  const save = (made: readonly (typeof READER)[]): void =>
    writeFileSync(keysFile, formatKeyFile({ version: 1, entries: made.map(({ entry }) => entry) }));
  save([READER, OWNER, EXPIRED]);
  const guard = openGuard({ ...ACCESS_DEFAULTS, host: '127.0.0.1', keysFile, requireKey: true, ...changes }, () => {});
  const published: unknown[] = [];
  const control = {
    publishWanted: (service: string) => Promise.resolve(void published.push(service)),
    writerLag: () => Promise.resolve(0),
  };
  const api = await runningApi({ control }, { guard, uiDir, assistantWrites });
  return { ...api, published, save };
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** fetch mends paths and sets Host itself; this sends what is given. */
export function send(url: string, path: string, headers: OutgoingHttpHeaders = {}) {
  const { hostname, port } = new URL(url);
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const asked = request({ hostname, port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });
}
