/** What a page needs so that it can ask for a key in its own words. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { bearer, folder, guarded, OWNER, PUT, READER, send } from '../testing/guarded-api.ts';

test('only who opens an address by hand is asked by the browser; a page is told which scope it lacks', async () => {
  const { get } = await guarded({ allowedHosts: ['maps.example'] });
  const challenge = async (accept: string) =>
    (await get('/docs', { headers: { accept } })).headers.get('www-authenticate') ?? '';
  expect(await challenge('text/html,application/xhtml+xml,*/*;q=0.8')).toContain('Basic realm="Mapscope"');
  expect(await challenge('application/json')).toBe('Bearer');
  const put = (headers: object) => get('/api/v1/probes/order', { ...PUT, headers: { ...PUT.headers, ...headers } });
  const cases = [
    [await get('/api/v1/status'), 401, 'read'],
    [await put({}), 401, 'control'],
    [await put(bearer(READER.key)), 403, 'control'],
    [await put({ ...bearer(OWNER.key), origin: 'http://evil.example' }), 403, undefined],
    [await put({ origin: 'http://evil.example' }), 403, undefined],
  ] as const;
  for (const [response, status, neededScope] of cases) {
    const said = problem.parse(await response.json());
    expect([said.status, said.neededScope], said.detail).toEqual([status, neededScope]);
  }
});

test('a built UI is served without a key, because it asks for one itself; nothing else is', async () => {
  const uiDir = mkdtempSync(join(folder(), 'ui-'));
  mkdirSync(join(uiDir, 'trace'));
  for (const file of ['index.html', 'trace/index.html', 'app.js'])
    writeFileSync(join(uiDir, file), '<title>built</title>');
  const { url, get } = await guarded({}, uiDir);
  for (const path of ['/', '/index.html', '/trace/', '/trace/?id=ab', '/tail', '/app.js'])
    expect([(await get(path)).status, (await get(path, { method: 'HEAD' })).status], path).toEqual([200, 200]);
  for (const path of ['/api/v1/status', '/docs', '/docs-json', '/metrics', '/nowhere.js', '/api', '/app.js/x'])
    expect((await get(path)).status, path).toBe(401);
  expect((await get('/', { method: 'POST' })).status).toBe(401);
  const { port } = new URL(url);
  expect((await send(url, '/', { host: `rebound.example:${port}` })).status).toBe(403);
});
