import { rootCauseAnswer } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { NOW_NANOS, plainStore } from './testing/plain-store.ts';
import { plantedEvidence } from './testing/planted-evidence.ts';
import { runningApi } from './testing/running-api.ts';

const MINUTE = 60_000_000_000n;
const spike = () => plainStore({ evidence: plantedEvidence(NOW_NANOS - 5n * MINUTE, NOW_NANOS) });

test('asked with nothing but a service, it finds the spike and names waiter, holder and line', async () => {
  const { get } = await runningApi({ store: spike() });
  const response = await get('/api/v1/root-causes?service=order');
  const answer = rootCauseAnswer.parse(await response.json());
  expect(answer).toMatchObject({
    verdict: 'contention',
    waiter: { function: 'main.(*Cache).Get', file: 'cache.go', line: 42 },
    releasedAt: { function: 'main.(*Cache).Rebuild', file: 'cache.go', line: 88 },
    window: { from: '2026-11-25T09:19:00.000000000Z' },
    contentionThreshold: 0.15,
    coverage: { inserted: 1000 },
  });
  expect(answer.explained?.value).toBeGreaterThan(0.9);
  expect(answer.p99.beforeMs?.value).toBeCloseTo(15, 0);
  expect(answer.p99.duringMs?.value).toBeGreaterThan(300);
  expect(answer.p99.counterfactualMs).toBeLessThan(20);
  expect(answer.exemplarTraceIds[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.sentence).toContain('cache.go:88');
});

test('the same question gives the same digits', async () => {
  const { get } = await runningApi({ store: spike() });
  const ask = async () => (await get('/api/v1/root-causes?service=order')).text();
  expect(await ask()).toBe(await ask());
});

test('window and baseline can be named; without requests the answer is too little evidence, not an error', async () => {
  const { get } = await runningApi();
  const named = '&from=2026-11-25T09:19:00Z&to=2026-11-25T09:24:00Z&baselineFrom=2026-11-25T09:09:00Z';
  const planted = await runningApi({ store: spike() });
  const answer = rootCauseAnswer.parse(await (await planted.get(`/api/v1/root-causes?service=order${named}`)).json());
  expect(answer.verdict).toBe('contention');
  expect(answer.baseline).toEqual({ from: '2026-11-25T09:09:00.000000000Z', to: '2026-11-25T09:19:00.000000000Z' });
  const empty = rootCauseAnswer.parse(await (await get('/api/v1/root-causes?service=nobody')).json());
  expect(empty).toMatchObject({ verdict: 'too-little-evidence', waiter: null, explained: null });
  const overlap = await get('/api/v1/root-causes?service=order&from=now-5m&baselineFrom=now-10m&baselineTo=now-1m');
  expect([overlap.status, ((await overlap.json()) as { detail: string }).detail]).toEqual([
    400,
    expect.stringContaining('overlap'),
  ]);
});
