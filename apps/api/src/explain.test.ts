/** POST /api/v1/explain: every brush is answered, and what is none is told how to become one. */
import { explainAnswer, problem, PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { memoryIncidents } from './testing/memory-incidents.ts';
import { guarded, bearer, READER } from './testing/guarded-api.ts';
import { NOW_NANOS, plainStore } from './testing/plain-store.ts';
import { plantedEvidence } from './testing/planted-evidence.ts';
import { runningApi } from './testing/running-api.ts';

const MINUTE = 60_000_000_000n;
const spike = () => plainStore({ evidence: plantedEvidence(NOW_NANOS - 5n * MINUTE, NOW_NANOS) });
const SPIKE = { from: 'now-5m', to: 'now' };

const post = (body: unknown, headers = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

async function explained(body: object) {
  const { get } = await runningApi({ store: spike() });
  const response = await get('/api/v1/explain', post(body));
  expect(response.status).toBe(200);
  return explainAnswer.parse(await response.json());
}

test('a window alone is compared with the time before it, and the answer is the full one', async () => {
  const answer = await explained({ service: 'order', window: SPIKE });
  expect(answer).toMatchObject({
    verdict: 'contention',
    releasedAt: { file: 'cache.go', line: 88 },
    baselineSource: 'time-before',
    baseline: { from: '2026-11-25T09:14:00.000000000Z', to: '2026-11-25T09:19:00.000000000Z' },
    windowSource: 'question',
    latencyRange: null,
    coverage: { inserted: 1000 },
    cut: { window: { kept: 6000, total: 6000 }, baseline: { kept: 6000, total: 6000 } },
  });
});

test('a latency range is compared with the other requests of the window, or with the baseline that is named', async () => {
  const brushed = { service: 'order', window: SPIKE, latencyRange: { fromMs: 250 } };
  const rest = await explained(brushed);
  expect(rest).toMatchObject({ verdict: 'contention', baselineSource: 'rest-of-window', requests: 1200 });
  expect(rest).toMatchObject({ baselineRequests: 4800, latencyRange: { fromMs: 250, toMs: null } });
  expect(rest.explained?.value).toBeGreaterThan(0.9);
  const named = await explained({ ...brushed, baseline: { from: 'now-15m', to: 'now-5m' } });
  expect(named).toMatchObject({ verdict: 'contention', baselineSource: 'question', baselineRequests: 12_000 });
  // Nothing is slow among the fast ones.
  const fast = await explained({ service: 'order', window: SPIKE, latencyRange: { toMs: 12 } });
  expect(['unexplained', 'too-little-evidence']).toContain(fast.verdict);
});

test('the same brush gives the same digits', async () => {
  const { get } = await runningApi({ store: spike() });
  const ask = async () => (await get('/api/v1/explain', post({ service: 'order', window: SPIKE }))).text();
  expect(await ask()).toBe(await ask());
});

test('a window that was cut says so, with numbers', async () => {
  const evidence = plantedEvidence(NOW_NANOS - 5n * MINUTE, NOW_NANOS);
  const requests = async (query: Parameters<typeof evidence.requests>[0]) => {
    const all = await evidence.requests(query);
    return { ...all, total: all.count * 8 };
  };
  const { get } = await runningApi({ store: plainStore({ evidence: { ...evidence, requests } }) });
  const body = { service: 'order', window: SPIKE, latencyRange: { fromMs: 250 } };
  const answer = explainAnswer.parse(await (await get('/api/v1/explain', post(body))).json());
  expect(answer.cut.window).toEqual({ kept: 6000, total: 48_000 });
  expect(answer.reasons.join('\n')).toMatch(/cut by trace-id hash: 1.?200 of 9.?600 requests/);
});

const HOSTILE = [
  "x' OR '1'='1",
  '"; DROP TABLE incidents; --',
  '\\',
  '{service:String}',
  '${1}',
  '\u0000',
  '<script>',
  '../..',
];

test.each<readonly [string, unknown, number, string]>([
  ['no window', { service: 'order' }, 400, 'window'],
  ['half a window', { service: 'order', window: { from: 'now-5m' } }, 400, 'window.to'],
  ['a reversed window', { service: 'order', window: { from: 'now', to: 'now-5m' } }, 400, 'begins before it ends'],
  ['an empty window', { service: 'order', window: { from: 'now', to: 'now' } }, 400, 'begins before it ends'],
  ['the future', { service: 'order', window: { from: 'now+1h', to: 'now+2h' } }, 400, 'lies in the future'],
  ['an end in the future', { service: 'order', window: { from: 'now-1h', to: 'now+2h' } }, 400, 'end it at now'],
  ['a year', { service: 'order', window: { from: 'now-365d', to: 'now' } }, 400, 'at most 24 h are read: narrow it'],
  ['all time', { service: 'order', window: { from: '1970-01-01T00:00:00Z', to: 'now' } }, 400, 'narrow it'],
  [
    'a time that is none',
    { service: 'order', window: { from: 'yesterday', to: 'now' } },
    400,
    '"yesterday" is not a time',
  ],
  ['a number as time', { service: 'order', window: { from: 5, to: 'now' } }, 400, 'give it once, as text'],
  [
    'a reversed baseline',
    { service: 'order', window: SPIKE, baseline: { from: 'now-6m', to: 'now-9m' } },
    400,
    'begins before',
  ],
  [
    'an overlap',
    { service: 'order', window: SPIKE, baseline: { from: 'now-9m', to: 'now-1m' } },
    400,
    'end the baseline where',
  ],
  [
    'a reversed range',
    { service: 'order', window: SPIKE, latencyRange: { fromMs: 9, toMs: 3 } },
    400,
    'not below toMs',
  ],
  ['a negative range', { service: 'order', window: SPIKE, latencyRange: { fromMs: -1 } }, 400, 'is negative'],
  ['a huge range', { service: 'order', window: SPIKE, latencyRange: { fromMs: 1e300 } }, 400, 'longer than a day'],
  ['a misspelt name', { service: 'order', windw: SPIKE, window: SPIKE }, 400, 'did you mean "window"?'],
  ['a huge limit', { service: 'order', window: SPIKE, limit: 1e9 }, 400, 'unknown name "limit"'],
  ['no service', { window: SPIKE }, 400, 'service'],
  ['an empty service', { service: '', window: SPIKE }, 400, 'is empty'],
  ['a huge service', { service: 'x'.repeat(201), window: SPIKE }, 400, 'longer than 200'],
  ['a service as object', { service: { $ne: '' }, window: SPIKE }, 400, 'give it once, as text'],
  ['prototypes', '{"__proto__":{"x":1},"service":"order"}', 400, 'JSON'],
  ['no JSON', '{"service":', 400, 'check its commas'],
  ['a list', '[]', 400, ''],
  ...HOSTILE.map(
    (service) => [`a service ${JSON.stringify(service)}`, { service, window: SPIKE }, 404, 'known are order'] as const,
  ),
])('%s is a problem with its mend', async (_name, body, status, told) => {
  const evidence = plainStore().evidence;
  const { get, logged } = await runningApi({ store: plainStore({ evidence }) });
  const response = await get('/api/v1/explain', post(body));
  expect(response.headers.get('content-type')).toContain(PROBLEM_CONTENT_TYPE);
  const told400 = problem.parse(await response.json());
  expect([response.status, told400.detail]).toEqual([status, expect.stringContaining(told)]);
  expect(logged).toEqual([]);
});

test('an unknown service is told the nearest known one; a known one without requests has too little evidence', async () => {
  const store = plainStore({ incidents: memoryIncidents({ services: ['order', 'payment'] }) });
  const { get } = await runningApi({ store });
  const unknown = await get('/api/v1/explain', post({ service: 'ordre', window: SPIKE }));
  expect(problem.parse(await unknown.json())).toMatchObject({
    status: 404,
    detail: expect.stringContaining('did you mean "order"?'),
  });
  const quiet = await get('/api/v1/explain', post({ service: 'payment', window: SPIKE }));
  expect(explainAnswer.parse(await quiet.json()).verdict).toBe('too-little-evidence');
});

test('a key to read is enough, and none is too little', async () => {
  const { get } = await guarded();
  const body = { service: 'order', window: SPIKE };
  expect((await get('/api/v1/explain', post(body))).status).toBe(401);
  expect((await get('/api/v1/explain', post(body, bearer(READER.key)))).status).toBe(200);
  const foreign = { ...bearer(READER.key), origin: 'http://evil.example' };
  expect((await get('/api/v1/explain', post(body, foreign))).status).toBe(403);
});
