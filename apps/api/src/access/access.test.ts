/** Who gets in, over real sockets: what is refused is refused in time, in words, and changes nothing. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { problem, type Problem } from '@mapscope/contract';
import { ACCESS_DEFAULTS, formatKey } from '@mapscope/events';
import { expect, test } from 'vitest';
import { bearer, EXPIRED, folder, guarded, OWNER, PUT, READER, send } from '../testing/guarded-api.ts';
import { openGuard, type AccessConfig } from './open-guard.ts';

const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`me:${key}`).toString('base64')}` });

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  return problem.parse(await response.json());
}

test.each([
  ['no key', {}, 401, 'a key is needed'],
  ['what is no key', bearer('hunter2'), 401, 'is not a key'],
  ['a key of another file', bearer(formatKey('unknown0', 'A'.repeat(43))), 401, 'is not known here'],
  ['an expired key', bearer(EXPIRED.key), 401, 'expired at 1970-01-01T00:00:01.000Z'],
  ['a key to read', bearer(READER.key), 403, 'has the scope read, this needs control'],
  ['a key and a foreign page', { ...bearer(OWNER.key), origin: 'http://evil.example' }, 403, '--allowed-origins'],
])('%s changes nothing, and says why', async (_name, headers, status, text) => {
  const { get, published } = await guarded();
  const response = await get('/api/v1/probes/order', { ...PUT, headers: { ...PUT.headers, ...headers } });
  expect(await problemOf(response)).toMatchObject({
    status,
    code: 'ACCESS_REFUSED',
    detail: expect.stringContaining(text),
  });
  expect([response.status, published]).toEqual([status, []]);
  expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
});

test('a key that holds opens what its scopes say, as bearer or as the password of a browser', async () => {
  const { get, published } = await guarded();
  for (const headers of [bearer(READER.key), basic(READER.key)]) {
    for (const path of ['/', '/api/v1/services', '/metrics', '/docs', '/docs-json'])
      expect((await get(path, { headers })).status, path).toBe(200);
  }
  const put = await get('/api/v1/probes/order', { ...PUT, headers: { ...PUT.headers, ...bearer(OWNER.key) } });
  expect([put.status, published]).toEqual([202, ['order']]);
});

test('without a key only health answers: no page, no file of it, no document, no metric, no stream', async () => {
  const { get } = await guarded();
  for (const path of ['/livez', '/readyz']) expect((await get(path)).status, path).toBe(200);
  for (const path of [
    '/',
    '/page.js',
    '/docs',
    '/docs-json',
    '/metrics',
    '/api/v1/services',
    '/api/v1/events/tail',
    '/nowhere',
    '/livez/x',
    '//livez',
  ])
    for (const method of ['GET', 'HEAD']) expect((await get(path, { method })).status, `${method} ${path}`).toBe(401);
});

test('a revoked key is out within a second', async () => {
  const { get, save } = await guarded();
  const headers = bearer(READER.key);
  expect((await get('/api/v1/services', { headers })).status).toBe(200);
  save([OWNER]);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const response = await get('/api/v1/services', { headers });
  expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('revoked')]);
});

test('on loopback no key is needed, but a foreign Host or Origin is refused', async () => {
  const { url, get, published } = await guarded({ requireKey: false, allowedHosts: ['maps.example'] });
  const { port } = new URL(url);
  const cases: readonly (readonly [OutgoingHttpHeaders, number])[] = [
    [{}, 200],
    [{ host: `localhost:${port}` }, 200],
    [{ host: `[::1]:${port}` }, 200],
    [{ host: 'maps.example' }, 200],
    [{ host: `rebound.example:${port}` }, 403],
    [{ host: 'localhost:1' }, 403],
    [{ origin: `http://127.0.0.1:${port}` }, 200],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost:3000' }, 403],
  ];
  for (const [headers, status] of cases)
    expect((await send(url, '/api/v1/services', headers)).status, JSON.stringify(headers)).toBe(status);
  const foreign = { ...PUT, headers: { ...PUT.headers, origin: 'http://evil.example' } };
  expect((await get('/api/v1/probes/order', foreign)).status).toBe(403);
  const preflight = await get('/api/v1/probes/order', {
    method: 'OPTIONS',
    headers: { origin: 'http://evil.example' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  expect(published).toEqual([]);
});

const at = (changes: Partial<AccessConfig>) => () =>
  openGuard({ ...ACCESS_DEFAULTS, host: '0.0.0.0', ...changes }, () => {});

test('beyond loopback the api does not start without a key file, or with a broken one', () => {
  expect(at({})).toThrow('npm run key -- create --scope read');
  expect(at({ keysFile: '/nowhere/keys.json' })).toThrow('the key file cannot be read');
  const broken = join(folder(), 'keys.json');
  writeFileSync(broken, '{}');
  expect(at({ keysFile: broken })).toThrow('cannot be used');
});

test('64 MiB, with a length or without, and gzip bombs end at the door', async () => {
  const { get, published } = await guarded({ requireKey: false });
  const large = new Uint8Array(64 * 1024 * 1024).fill(0x20);
  const bomb = gzipSync(large);
  const put = async (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) => {
    const init = { method: 'PUT', headers: { ...PUT.headers, ...headers }, body, duplex: 'half' as const };
    // The server may close before all is sent; then there is no answer to read, and nothing was taken.
    const response = await get('/api/v1/probes/order', init).catch(() => undefined);
    return response === undefined ? undefined : [response.status, (await problemOf(response)).detail];
  };
  const tooLarge = [413, 'the body is too large: at most 64 KiB are read'];
  expect([tooLarge, undefined]).toContainEqual(await put(large));
  expect([tooLarge, undefined]).toContainEqual(await put(new Blob([large]).stream()));
  expect(await put(bomb, { 'content-encoding': 'gzip' })).toEqual([415, expect.stringContaining('send it as it is')]);
  expect(published).toEqual([]);
  expect((await get('/livez')).status).toBe(200);
});

test('links into the UI get its page, and no path trick leaves its folder', async () => {
  const home = folder();
  writeFileSync(join(home, 'secret.txt'), 'secret');
  const uiDir = mkdtempSync(join(home, 'ui-'));
  writeFileSync(join(uiDir, 'index.html'), '<title>built</title>');
  writeFileSync(join(uiDir, 'app.js'), 'built()');
  const { url } = await guarded({ requireKey: false }, uiDir);
  for (const path of ['/', '/explain', '/explain/?service=a.b', '/trace/4bf92f35'])
    expect(await send(url, path), path).toMatchObject({ status: 200, text: '<title>built</title>' });
  expect((await send(url, '/app.js')).text).toBe('built()');
  const tricks = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/x/../../secret.txt',
    '/..\\secret.txt',
    '/%5c..%5csecret.txt',
    '/%00',
    '/app.js%00',
    '/.%00./secret.txt',
    '//secret.txt',
    '/%252e%252e/secret.txt',
    '/api/v1/../../secret.txt',
    '/app.js/../../secret.txt',
    '/assets/none.js',
    '/.env',
    '/%c0%ae%c0%ae/secret.txt',
  ];
  for (const path of tricks) {
    const { status, text } = await send(url, path);
    expect([400, 404], `${path} ${status}`).toContain(status);
    expect(text, path).not.toMatch(/^secret|built/);
  }
});

test('no GET and no HEAD of the document changes anything, and each operation says which key it needs', async () => {
  const { get, published } = await guarded({ requireKey: false });
  const document = (await (await get('/docs-json')).json()) as {
    readonly paths: Record<string, Record<string, { readonly security: unknown }>>;
    readonly components: { readonly securitySchemes: object };
  };
  expect(Object.keys(document.components.securitySchemes)).toEqual(['key', 'keyAsPassword']);
  let asked = 0;
  for (const [path, operations] of Object.entries(document.paths)) {
    const isHealth = path === '/livez' || path === '/readyz';
    for (const [method, { security }] of Object.entries(operations)) {
      // A question too large for an address; what it answers is read.
      const scope = method === 'get' || path === '/api/v1/explain' ? 'read' : 'control';
      expect(security, path).toEqual(isHealth ? [] : [{ key: [scope] }, { keyAsPassword: [scope] }, {}]);
    }
    for (const method of ['GET', 'HEAD']) {
      const stop = new AbortController();
      const filled = path.replace('{id}', 'ab'.repeat(16)).replace('{service}', 'order');
      const query = path.startsWith('/api') && !/status|traces|probes|tail/.test(path) ? '?service=order' : '';
      await get(`${filled}?state=off`, { method, signal: stop.signal });
      await get(`${filled}${query}`, { method, signal: stop.signal });
      stop.abort();
      asked++;
    }
  }
  expect(asked).toBeGreaterThan(20);
  expect(published).toEqual([]);
});
