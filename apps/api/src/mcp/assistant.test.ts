/** The assistant endpoint as the protocol's own client meets it, over plain arrays. */
import { problem } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { bearer, EXPIRED, guarded, OWNER, READER, send } from '../testing/guarded-api.ts';
import { callTool, mcpClient } from '../testing/mcp-client.ts';
import { KNOWN_TRACE, NOW_NANOS, plainStore } from '../testing/plain-store.ts';
import { plantedEvidence } from '../testing/planted-evidence.ts';
import { runningApi } from '../testing/running-api.ts';

const MINUTE = 60_000_000_000n;
const spike = () => plainStore({ evidence: plantedEvidence(NOW_NANOS - 5n * MINUTE, NOW_NANOS) });
const READING = ['list_incidents', 'explain', 'compare_platforms', 'top_contended', 'get_trace'];

test('five tools that read, each with the schemas of its arguments and answers', async () => {
  const { url } = await runningApi();
  const client = await mcpClient(url);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(READING);
  for (const { name, inputSchema, outputSchema, annotations, description } of tools) {
    expect(inputSchema, name).toMatchObject({ type: 'object', additionalProperties: false });
    expect(outputSchema, name).toMatchObject({ type: 'object' });
    expect(annotations, name).toMatchObject({ readOnlyHint: true });
    expect(description?.length, name).toBeGreaterThan(40);
  }
  expect(client.getInstructions()).toContain('list_incidents');
});

test('explain names the lock, who waited, who held it, and where to look at it', async () => {
  const { url } = await runningApi({ store: spike() });
  const { text, structured } = await callTool(await mcpClient(url), 'explain', { service: 'order' });
  expect(structured).toMatchObject({
    verdict: 'contention',
    waiter: { function: 'main.(*Cache).Get', line: 42 },
    releasedAt: { function: 'main.(*Cache).Rebuild', line: 88 },
  });
  expect(text).toContain('held by main.(*Cache).Rebuild cache.go:88');
  expect(text).toMatch(/page +\S+\/explain\/\?service=order&from=2026-11-25T09%3A19/);
});

test('contention, traces, platforms and incidents are told short, in text and in values', async () => {
  const { url } = await runningApi();
  const client = await mcpClient(url);
  const top = await callTool(client, 'top_contended', { from: 'now-1m', limit: 5 });
  expect(top.structured).toMatchObject({ items: [{ service: 'order', waits: 12, waiter: { line: 42 } }] });
  expect(top.text).toMatch(/^SERVICE .*\norder +52 ms +0\.2 +0\.31/);
  const trace = await callTool(client, 'get_trace', { id: KNOWN_TRACE.toUpperCase() });
  expect(trace.structured).toMatchObject({ total: { requests: 1, waits: 1, spans: 1 }, waits: [{ waitMs: 250 }] });
  expect(JSON.stringify(trace.structured)).not.toContain('Stack');
  expect(trace.text).toContain('waited 250 ms for rwmutex_read in main.(*Cache).Get cache.go:42');
  const platforms = await callTool(client, 'compare_platforms', { service: 'order' });
  expect(platforms.structured).toMatchObject({ platforms: [], reference: null, sentence: platforms.text });
  const incidents = await callTool(client, 'list_incidents', {});
  expect([incidents.text, incidents.structured]).toEqual(['no incident in the window', { items: [], more: false }]);
});

test('what cannot be answered is an error with the mend, of the tool and not of the protocol', async () => {
  const { url } = await runningApi();
  const client = await mcpClient(url);
  const cases: readonly (readonly [string, object, string])[] = [
    ['explain', { service: 'order', from: 'yesterday' }, 'is not a time'],
    ['explain', { service: 'order', form: 'now' }, 'did you mean'],
    ['explain', {}, 'service'],
    ['top_contended', { service: 'order', limit: 1000 }, '50'],
    ['get_trace', { id: 'ab' }, '32 hex digits'],
    ['get_trace', { id: 'f'.repeat(32) }, 'NOT_FOUND: nothing of trace'],
    ['attach', { service: 'order' }, 'not found'],
  ];
  for (const [name, args, said] of cases) {
    const { isError, text } = await callTool(client, name, args);
    expect([isError, text], name).toEqual([true, expect.stringContaining(said)]);
  }
});

test('a fault of ours is logged and not told', async () => {
  const store = plainStore({ contention: () => Promise.reject(new Error('secret host')) });
  const { url, logged } = await runningApi({ store });
  const { text, isError } = await callTool(await mcpClient(url), 'top_contended', { service: 'order' });
  expect([isError, text]).toEqual([true, expect.stringMatching(/^INTERNAL: .*request id/)]);
  expect(JSON.stringify(logged)).toContain('secret host');
});

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const asked = (body: unknown, headers: object = {}) => ({
  method: 'POST',
  headers: { ...HEADERS, ...headers },
  body: JSON.stringify(body),
});

test('the door is that of the API: key, host, origin', async () => {
  const { url, get } = await guarded();
  expect((await get('/mcp', asked(LIST))).status).toBe(401);
  expect((await get('/mcp', asked(LIST, bearer(EXPIRED.key)))).status).toBe(401);
  expect((await get('/mcp', asked(LIST, bearer(READER.key)))).status).toBe(200);
  expect((await get('/mcp', asked(LIST, { ...bearer(OWNER.key), origin: 'http://evil.example' }))).status).toBe(403);
  expect((await send(url, '/mcp', { host: 'rebound.example' })).status).toBe(403);
  const client = await mcpClient(url, bearer(READER.key));
  expect((await client.listTools()).tools).toHaveLength(READING.length);
});

test('attach and detach are there where they are switched on, and work with a key that may', async () => {
  const { url, published } = await guarded({}, undefined, true);
  const reader = await mcpClient(url, bearer(READER.key));
  expect((await reader.listTools()).tools.map(({ name }) => name)).toEqual([...READING, 'attach', 'detach']);
  const refused = await callTool(reader, 'attach', { service: 'order' });
  expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining('needs control')]);
  expect(published).toEqual([]);
  const owner = await mcpClient(url, bearer(OWNER.key));
  const on = await callTool(owner, 'attach', { service: 'order', ttlSeconds: 60 });
  expect(on).toMatchObject({ isError: false, structured: { service: 'order', state: 'on' } });
  const off = await callTool(owner, 'detach', { service: 'order' });
  expect(off.structured).toMatchObject({ state: 'off', expiresAt: null });
  expect(published).toEqual(['order', 'order']);
});

test('without sessions: nothing to open, nothing to end, nothing but JSON', async () => {
  const { get } = await runningApi();
  for (const method of ['GET', 'DELETE']) {
    const response = await get('/mcp', { method, headers: { accept: 'text/event-stream' } });
    expect([response.status, response.headers.get('allow')], method).toEqual([405, 'POST']);
    expect(problem.parse(await response.json()).detail).toContain('POST each message');
  }
  const response = await get('/mcp', asked(LIST));
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(response.headers.get('mcp-session-id')).toBeNull();
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await get('/mcp', { ...asked(LIST), body: '{' })).status).toBe(400);
  expect((await get('/mcp', asked({ hello: 1 }))).status).toBe(400);
});
