import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { NOW_NANOS, plainStore } from './testing/plain-store.ts';
import { runningApi } from './testing/running-api.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { parameters?: { name: string; in: string; required?: boolean }[] }>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

const ROUTES: readonly (readonly [string, string, readonly string[]])[] = [
  ['get', '/api/v1/root-causes', ['service', 'from', 'to', 'route', 'platform', 'baselineFrom', 'baselineTo']],
  ['post', '/api/v1/explain', []],
  ['get', '/api/v1/incidents', ['service', 'from', 'to', 'state', 'limit', 'after']],
  ['get', '/api/v1/incidents/stream', ['service', 'after', 'last-event-id']],
  ['get', '/api/v1/incidents/{id}', ['id']],
  ['get', '/api/v1/contention/series', ['service', 'from', 'to', 'platform', 'route', 'step', 'role', 'limit']],
  ['get', '/api/v1/locks', ['service', 'from', 'to', 'platform', 'limit', 'after']],
  ['get', '/api/v1/locks/{address}', ['address', 'service', 'from', 'to', 'platform', 'limit', 'after']],
  ['get', '/api/v1/maps', ['service', 'from', 'to', 'platform', 'limit', 'after']],
  ['get', '/api/v1/maps/{address}', ['address', 'service', 'from', 'to', 'platform', 'limit', 'after']],
  ['get', '/api/v1/platforms', ['service', 'from', 'to', 'platform', 'route']],
  ['get', '/api/v1/compare/platforms', ['service', 'from', 'to', 'route', 'site', 'baselineFrom', 'baselineTo']],
  ['get', '/api/v1/latency', ['service', 'from', 'to', 'route', 'platform', 'step']],
  ['get', '/api/v1/contention', ['service', 'from', 'to', 'route', 'platform', 'limit']],
  ['get', '/api/v1/services', ['from', 'to']],
  ['get', '/api/v1/service-map', ['from', 'to']],
  ['get', '/api/v1/crashes', ['service', 'from', 'to', 'limit']],
  ['get', '/api/v1/goroutines', ['service', 'from', 'to', 'limit']],
  ['get', '/api/v1/goroutines/timeline', ['service', 'pid', 'at', 'lastMs']],
  ['get', '/api/v1/latency/heatmap', ['service', 'from', 'to', 'route', 'platform', 'step']],
  ['get', '/api/v1/latency/slowest', ['service', 'from', 'to', 'route', 'platform', 'limit']],
  [
    'get',
    '/api/v1/contention/stacks',
    ['service', 'from', 'to', 'platform', 'baselineFrom', 'baselineTo', 'role', 'lock', 'limit'],
  ],
  ['get', '/api/v1/traces/{id}', ['id']],
  ['get', '/api/v1/events/tail', ['service', 'kind', 'after', 'last-event-id']],
  ['get', '/api/v1/status', []],
  ['put', '/api/v1/probes/{service}', ['service']],
  ['get', '/api/v1/policies', []],
  ['get', '/api/v1/policies/{name}', ['name']],
  ['put', '/api/v1/policies/{name}', ['name']],
  ['delete', '/api/v1/policies/{name}', ['name']],
  ['post', '/api/v1/policies/{name}/undo', ['name']],
  ['get', '/livez', []],
  ['get', '/readyz', []],
  ['get', '/metrics', []],
];

const texts = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

async function documentOf(): Promise<Document> {
  const { get } = await runningApi();
  const response = await get('/docs-json');
  expect(response.headers.get('content-type')).toContain('json');
  return (await response.json()) as Document;
}

test('the OpenAPI 3.1 document lists every route with its parameters', async () => {
  const document = await documentOf();
  expect(document.openapi).toBe('3.1.0');
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [] }]) => [
      method,
      path,
      parameters.map(({ name }) => name),
    ]),
  );
  expect(texts(listed)).toEqual(texts(ROUTES));
});

test('every reference of the document leads to a schema, and every schema is JSON Schema 2020-12', async () => {
  const document = await documentOf();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target = '']) => target);
  expect(references.length).toBeGreaterThan(20);
  for (const target of references) {
    const name = /^#\/components\/schemas\/(.+)$/.exec(target)?.[1] ?? '';
    expect(Object.keys(document.components.schemas), target).toContain(name);
  }
  expect(document.components.schemas['RootCause']).toMatchObject({
    properties: { waiter: { anyOf: [{ $ref: '#/components/schemas/CodeSite' }, { type: 'null' }] } },
  });
  expect(JSON.stringify(document)).not.toContain('"nullable"');
});

test('each operation documents its answer and its problems', async () => {
  const operation = z.object({
    operationId: z.string(),
    summary: z.string(),
    responses: z.record(z.string(), z.object({ description: z.string(), content: z.record(z.string(), z.unknown()) })),
  });
  for (const [path, operations] of Object.entries((await documentOf()).paths)) {
    for (const one of Object.values(operations)) {
      const { responses } = operation.parse(one);
      expect(
        Object.keys(responses).some((code) => code.startsWith('2')),
        path,
      ).toBe(true);
      if (path !== '/metrics') expect(responses['default']?.content, path).toHaveProperty(['application/problem+json']);
    }
  }
});

test('/docs works under a policy that allows no foreign and no inline script', async () => {
  const { get } = await runningApi();
  const response = await get('/docs');
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  const scripts = [...html.matchAll(/<script([^>]*)>([^<]*)/g)];
  expect(scripts.length).toBeGreaterThan(0);
  for (const [, attributes = '', inline = ''] of scripts) {
    expect(inline.trim()).toBe('');
    const source = new URL(/src=["']([^"']+)/.exec(attributes)?.[1] ?? '', response.url);
    const script = await get(source.pathname);
    expect([script.status, (await script.text()).length > 0], source.pathname).toEqual([200, true]);
  }
});

test('/ is a page whose own files answer under a policy without inline scripts', async () => {
  const { get } = await runningApi();
  const response = await get('/');
  expect(response.headers.get('content-type')).toContain('text/html');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy.replace("style-src 'self' 'unsafe-inline'", '')).not.toContain('unsafe');
  const html = await response.text();
  expect(html).not.toMatch(/<script>|<style|style=|onclick=/);
  for (const file of ['page.js', 'page.css', 'icon.svg']) {
    expect(html).toContain(`"${file}"`);
    expect(await (await get(`/${file}`)).text()).not.toBe('');
  }
});

test('--ui-dir serves a built UI instead', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mapscope-ui-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'index.html'), '<title>built</title>');
  const { get } = await runningApi({}, { uiDir: folder });
  expect(await (await get('/')).text()).toContain('built');
  expect((await get('/page.js')).status).toBe(404);
  expect((await get('/..%2f..%2fetc%2fpasswd')).status).toBe(404);
});

test('/metrics speaks text to people and OpenMetrics to who asks for it, from the same numbers', async () => {
  const { get } = await runningApi();
  await get('/api/v1/services');
  const text = await get('/metrics');
  expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const body = await text.text();
  for (const line of [
    'mapscope_api_request_duration_seconds_count{http_request_method="GET",http_route="/api/v1/services",http_response_status_code="200"} 1',
    'go_runtime_lock_contention_ratio{service_name="order",platform="arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.18"} 0.31',
    'mapscope_ring_submitted_total{service_name="order",kind="lock_waits"} 10',
    'mapscope_ring_lost_total{service_name="order",kind="lock_waits"} 1',
    'mapscope_events_inserted_total{service_name="order",kind="lock_waits"} 9',
    'mapscope_store_up 1',
  ]) {
    expect(body).toContain(line);
  }
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3';
  const open = await get('/metrics', { headers: { accept } });
  expect(open.headers.get('content-type')).toContain('application/openmetrics-text');
  const openBody = await open.text();
  expect(openBody.endsWith('\n# EOF\n')).toBe(true);
  expect(openBody).toContain('# TYPE mapscope_ring_submitted counter\nmapscope_ring_submitted_total{');
  // A text scrape after an OpenMetrics one still has its names.
  expect(await (await get('/metrics')).text()).toContain('# TYPE mapscope_ring_submitted_total counter');
});

test('routes nobody serves share one label, however many are tried', async () => {
  const { get } = await runningApi();
  for (let i = 0; i < 5; i++) await get(`/no/${i}`);
  const body = await (await get('/metrics')).text();
  expect(body).toContain('http_route="unmatched",http_response_status_code="404"} 5');
  expect(body).not.toContain('/no/');
});

test('metrics of the probed services are fetched once in ten seconds, bounded, and gone when the store is away', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `s${i}`);
  let asked = 0;
  let fails = false;
  let monotonic = 0n;
  const services = () => {
    asked++;
    if (fails) return Promise.reject(new Error('away'));
    const seen = { platforms: ['arch=arm64'], firstUnixNanos: 0n, lastUnixNanos: 0n };
    return Promise.resolve(names.map((service, i) => ({ ...seen, service, requests: i })));
  };
  const clock = { unixNanos: () => NOW_NANOS, monotonicNanos: () => monotonic };
  const { get } = await runningApi({ store: plainStore({ services }), clock });
  const bodies = await Promise.all([1, 2, 3].map(async () => (await get('/metrics')).text()));
  expect(asked).toBe(1);
  expect(bodies[0]?.match(/^go_runtime_lock_contention_ratio\{/gm)).toHaveLength(20);
  expect(bodies[0]).toContain('mapscope_metrics_services_left_out 10');
  fails = true;
  monotonic += 11_000_000_000n;
  const away = await (await get('/metrics')).text();
  expect(away).toContain('mapscope_store_up 0');
  expect(away).not.toMatch(/^go_runtime_lock_contention_ratio\{/m);
});
