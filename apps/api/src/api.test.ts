import { problem, PROBLEM_CONTENT_TYPE, statusAnswer, traceAnswer, type Problem } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';
import { expect, test } from 'vitest';
import { KNOWN_TRACE, plainStore, SDK_ONLY_TRACE, withEvidence } from './testing/plain-store.ts';
import { runningApi } from './testing/running-api.ts';

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toContain(PROBLEM_CONTENT_TYPE);
  return problem.parse(await response.json());
}

test('every error is problem+json with what to do about it', async () => {
  const { get } = await runningApi();
  const json = { 'content-type': 'application/json' };
  const cases: readonly (readonly [string, RequestInit, number, string])[] = [
    ['/nowhere', {}, 404, '/docs lists what there is'],
    ['/api/v1/latency', { method: 'DELETE' }, 404, 'there is no DELETE /api/v1/latency'],
    ['/api/v1/latency', {}, 400, 'service: give it once'],
    ['/api/v1/latency?service=order&form=now-1h', {}, 400, 'did you mean "from"?'],
    ['/api/v1/latency?service=order&from=soon', {}, 400, '"soon" is not a time'],
    ['/api/v1/latency?service=order&from=now', {}, 400, 'is not before to'],
    ['/api/v1/latency?service=order&from=now-7d&step=1s', {}, 400, 'give at least 121s'],
    ['/api/v1/traces/xyz', {}, 400, '32 hex digits'],
    [`/api/v1/traces/${'0'.repeat(32)}`, {}, 400, 'not all zero'],
    [`/api/v1/traces/${'ab'.repeat(16)}`, {}, 404, 'is older than the retention'],
    ['/api/v1/probes/order', { method: 'PUT', headers: json, body: '{"state":' }, 400, 'check its commas'],
    ['/api/v1/probes/order', { method: 'PUT', headers: json, body: '{"state":"maybe"}' }, 400, 'state: '],
    ['/api/v1/probes/order', { method: 'PUT', headers: json, body: `"${'x'.repeat(70_000)}"` }, 413, 'at most 64 KiB'],
    ['/api/v1/probes/order', { method: 'PUT', body: '{"state":"off"}' }, 415, 'send content-type: application/json'],
    ['/api/v1/probes/order', { method: 'PUT', headers: json, body: '{"state":"off"}' }, 503, 'KAFKA_BROKERS'],
    ['/%zz', {}, 400, 'write % as %25'],
  ];
  for (const [path, init, status, text] of cases) {
    const response = await get(path, init);
    const body = await problemOf(response);
    expect([response.status, body.status], path).toEqual([status, status]);
    expect(body.detail, path).toContain(text);
  }
});

test('all problems of a request come at once, each with its place', async () => {
  const { get } = await runningApi();
  const body = await problemOf(await get('/api/v1/contention?limit=0&limt=3'));
  expect(body.code).toBe('QUERY_INVALID');
  expect(body.errors?.map(({ in: place, name }) => [place, name])).toEqual([
    ['query', 'service'],
    ['query', 'limit'],
    ['query', ''],
  ]);
});

test('what fails inside is logged under its request id and not told', async () => {
  const store = plainStore({ agents: () => Promise.reject(new Error('secret host 10.0.0.7')) });
  const { get, logged } = await runningApi({ store });
  const response = await get('/api/v1/status');
  const body = await problemOf(response);
  expect(response.status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('10.0.0.7');
  expect(logged).toEqual([expect.objectContaining({ event: 'request-failed', requestId: body.requestId })]);
  expect(String(logged[0]?.['error'])).toContain('10.0.0.7');
  expect(response.headers.get('x-request-id')).toBe(body.requestId);
});

test('a store that is away is 503 with the mend and a time to come back', async () => {
  const away = new MapscopeError('CLICKHOUSE_UNREACHABLE', 'nobody answers: start it');
  const { get } = await runningApi({ store: withEvidence({ latencySeries: () => Promise.reject(away) }) });
  const response = await get('/api/v1/latency?service=order');
  expect((await problemOf(response)).detail).toBe('nobody answers: start it');
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
});

test('a trace comes with exact times, its waits and their stacks', async () => {
  const { get } = await runningApi();
  const answer = traceAnswer.parse(await (await get(`/api/v1/traces/${KNOWN_TRACE.toUpperCase()}`)).json());
  expect(answer.requests[0]).toMatchObject({
    start: '2026-11-25T09:24:00.000000001Z',
    durationMs: 310,
    parentSpanId: null,
  });
  expect(answer.waits[0]).toMatchObject({ waitMs: 250, releasedAt: { line: 88 }, waiterStack: [{ line: 42 }] });
});

test('a trace carries the spans of its SDKs, and one that only SDKs saw is shown too', async () => {
  const { get } = await runningApi();
  const read = async (id: string) => traceAnswer.parse(await (await get(`/api/v1/traces/${id}`)).json());
  const span = {
    name: 'POST /order',
    kind: 'server',
    status: 'error',
    service: 'order',
    start: '2026-11-25T09:24:00.000000001Z',
    durationMs: 309,
    spanId: 'a1f067aa0ba902b7',
    parentSpanId: null,
    attributes: { 'http.route': '/order' },
  };
  expect((await read(KNOWN_TRACE)).spans).toEqual([span]);
  expect(await read(SDK_ONLY_TRACE)).toEqual({ traceId: SDK_ONLY_TRACE, requests: [], waits: [], spans: [span] });
});

test('reading routes ask only what was asked and are never cached', async () => {
  const windows: unknown[] = [];
  const store = withEvidence({
    latencySeries: (query, stepSeconds) => {
      windows.push({ ...query, stepSeconds });
      return Promise.resolve([{ startUnixNanos: 1_000_000_000n, requests: 3, p50Nanos: 1e6, p99Nanos: 2e6 }]);
    },
  });
  const { get } = await runningApi({ store });
  const response = await get(
    '/api/v1/latency?service=order&from=2026-11-25T09:00:00Z&to=2026-11-25T09:10:00Z&route=/order',
  );
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({
    service: 'order',
    window: { from: '2026-11-25T09:00:00.000000000Z', to: '2026-11-25T09:10:00.000000000Z' },
    stepMs: 5000,
    series: { startUnixMs: [1000], requests: [3], p50Ms: [1], p99Ms: [2] },
    coverage: { ringSubmitted: 0, ringLost: 0, published: 0, inserted: 0 },
  });
  expect(windows).toEqual([
    {
      service: 'order',
      route: '/order',
      window: { fromUnixNanos: 1_795_597_200_000_000_000n, toUnixNanos: 1_795_597_800_000_000_000n },
      stepSeconds: 5,
    },
  ]);
});

test('status adds up the pipeline and survives a broker that is away', async () => {
  const control = { publishWanted: () => Promise.resolve(), writerLag: () => Promise.reject(new Error('away')) };
  const { get } = await runningApi({ control });
  expect(await (await get('/api/v1/status')).json()).toMatchObject({
    pipeline: { totals: { ringSubmitted: 10, ringLost: 1, published: 9, inserted: 9 } },
    agents: [{ attachMs: 14.5, kind: 'lock_waits' }],
    kafka: { configured: true, writerLag: null },
  });
});

test('status says what is played back from a recording: nothing, all of it, or which agents', async () => {
  const agents = await plainStore().agents();
  const replayed = agents.map((row) => ({ ...row, agent: 'b'.repeat(32), state: 'replay' }));
  const run = { service: 'order', kernel: '6.18', goVersion: '1.24.4', buildId: 'abc' };
  const cases = [
    [agents, null, [null]],
    [[...replayed, ...replayed], { agents: 'all', runs: [run] }, [run, run]],
    [[...agents, ...replayed], { agents: 'some', runs: [run] }, [null, run]],
    [[], null, []],
  ] as const;
  for (const [rows, replay, each] of cases) {
    const { get } = await runningApi({ store: plainStore({ agents: () => Promise.resolve(rows) }) });
    const status = statusAnswer.parse(await (await get('/api/v1/status')).json());
    expect([status.replay, status.agents.map((agent) => agent.replay)]).toEqual([replay, each]);
  }
});

test('status shows an agent that died: what died with it, and when nobody watched', async () => {
  const [running] = await plainStore().agents();
  const [count] = await plainStore().pipeline();
  if (running === undefined || count === undefined) throw new Error('nothing was planted');
  const read = { fromUnixNanos: running.ts, toUnixNanos: running.ts + 1_500_000_000n };
  for (const [toUnixNanos, to] of [
    [read.toUnixNanos, '2026-11-25T09:24:01.500000000Z'],
    [null, null],
  ] as const) {
    const agents = [{ ...running, state: 'died', final: true, gap: { ...read, toUnixNanos } }];
    const store = plainStore({
      agents: () => Promise.resolve(agents),
      pipeline: () => Promise.resolve([{ ...count, lostWithAgent: 4 }]),
    });
    const { get } = await runningApi({ store });
    const status = statusAnswer.parse(await (await get('/api/v1/status')).json());
    const gap = { from: status.agents[0]?.reportedAt, to };
    expect(status.agents).toMatchObject([{ state: 'died', final: true, lostWithAgent: 4, gap }]);
    expect(status.pipeline).toMatchObject({ totals: { lostWithAgent: 4 }, items: [{ lostWithAgent: 4 }] });
  }
});

test('a wish for probes is published once with its end, and no GET or HEAD publishes any', async () => {
  const published: unknown[] = [];
  const control = {
    publishWanted: (service: string, wanted: object | null) =>
      Promise.resolve(void published.push({ key: service, ...wanted })),
    writerLag: () => Promise.resolve(0),
  };
  const { get } = await runningApi({ control });
  for (const method of ['GET', 'HEAD']) await get('/api/v1/probes/order', { method });
  expect(published).toEqual([]);
  const init = {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"state":"on","ttlSeconds":60}',
  };
  const response = await get('/api/v1/probes/order', init);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ state: 'on', expiresAt: '2026-11-25T09:25:00.000000000Z' });
  const changedUnixMillis = 1_795_598_640_000;
  const wanted = { state: 'on', expiresUnixMillis: changedUnixMillis + 60_000, changedBy: 'api', changedUnixMillis };
  expect(published).toEqual([{ key: 'order', service: 'order', ...wanted }]);
});

test('HEAD answers like GET without a body', async () => {
  const { get } = await runningApi();
  const response = await get('/api/v1/services', { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('readiness says which part is missing, liveness does not care', async () => {
  const away = new MapscopeError('CLICKHOUSE_UNREACHABLE', 'nobody answers');
  const { get } = await runningApi({ store: plainStore({ ping: () => Promise.reject(away) }) });
  expect((await get('/livez')).status).toBe(200);
  const response = await get('/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: 'unavailable',
    checks: [
      { name: 'clickhouse', ok: false, detail: 'nobody answers' },
      { name: 'tables', ok: true },
    ],
  });
});
