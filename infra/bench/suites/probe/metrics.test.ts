import { expect, test } from 'vitest';
import { hitMetrics } from './hits.ts';
import { governedMetrics, pairMetrics } from './pairs.ts';
import { attachMetrics, ringMetrics } from './ring.ts';

const valueOf = (metrics: readonly { readonly name: string; readonly value: number }[], name: string): number =>
  metrics.find((each) => each.name === name)?.value ?? Number.NaN;

test('a hit is what it adds to the operation, round by round, against what the empty program adds', () => {
  const metrics = hitMetrics({
    goVersion: 'go1.24.4',
    trap: { off: [5, 6, 5], empty: [505, 506, 515] },
    cases: [{ name: 'map_read', hitsPerOp: 2, off: [10, 20, 10], empty: [1010, 1020, 1010], on: [1210, 1320, 1260] }],
  });
  expect(valueOf(metrics, 'probe_hit_empty_ns')).toBe(500);
  expect(valueOf(metrics, 'probe_hit_map_read_over_empty')).toBe(1.25);
  expect(valueOf(metrics, 'probe_hit_map_read_ns')).toBe(625);
  expect(metrics.find(({ name }) => name === 'probe_hit_map_read_over_empty')).toMatchObject({
    target: 1.25,
    ok: true,
  });
});

test('families that walk stacks are published without a target', () => {
  const one = { hitsPerOp: 3, off: [0], empty: [100], on: [400] };
  const metrics = hitMetrics({
    goVersion: '',
    trap: { off: [], empty: [] },
    cases: [{ name: 'lock_wait', ...one }],
  });
  expect(metrics.find(({ name }) => name === 'probe_hit_lock_wait_over_empty')).not.toHaveProperty('target');
});

test('seconds per event are told as events per second', () => {
  const sizes = { recordBytes: 120, blockBytes: 134, packedBytes: 18 };
  const mix = { ...sizes, copied: [5e-9], toBlock: [5e-8], toPublished: [2e-7] };
  const metrics = ringMetrics({ mixes: [{ name: 'lock_waits', ...mix }] });
  expect(metrics.map(({ ok }) => ok)).toEqual([true, false, true, true, true, true]);
  expect(valueOf(metrics, 'probe_ring_lock_waits_to_block')).toBeCloseTo(20e6, 0);
  expect(valueOf(metrics, 'probe_ring_lock_waits_over_copy')).toBeCloseTo(10);
});

test('each group has its own four figures', () => {
  const group = { name: 'lock', probes: 3, loadMillis: [3, 1, 2], attachMillis: [7], detachMillis: [40] };
  const metrics = attachMetrics({ groups: [group] });
  expect(metrics.map(({ name, value }) => [name, value])).toEqual([
    ['probe_group_lock_probes', 3],
    ['probe_group_lock_load_ms', 2],
    ['probe_group_lock_attach_ms', 7],
    ['probe_group_lock_detach_ms', 40],
  ]);
});

const wrk = (rate: number, p99: string): string => `     99%  ${p99}\nRequests/sec:  ${rate}\n`;

test('pairs become ratios that are above one where probes cost', () => {
  const pair = {
    off: { cpuMicros: 100, wrk: wrk(1000, '2.00ms') },
    on: { cpuMicros: 102, wrk: wrk(800, '3.00ms'), agentMicros: 4 },
  };
  const metrics = pairMetrics('hello', { pairs: [pair, pair, pair] }, 1.01);
  expect(valueOf(metrics, 'probe_service_hello_cpu_ratio')).toBe(1.02);
  expect(valueOf(metrics, 'probe_service_hello_slowdown')).toBe(1.25);
  expect(valueOf(metrics, 'probe_service_hello_p99_ratio')).toBe(1.5);
  expect(valueOf(metrics, 'probe_service_hello_cpu_us_added')).toBe(2);
  expect(valueOf(metrics, 'probe_service_hello_agent_us')).toBe(4);
  expect(metrics[0]).toMatchObject({ interval: [1.02, 1.02], target: 1.01, ok: false });
});

test('under a budget the rate is the service’s own count, and the duty cycle is told', () => {
  const counted = { seconds: 2, requests: 4_000, cpuMicros: 100, wrk: wrk(1, '2.00ms') };
  const on = { ...counted, requests: 3_800, cpuMicros: 103, agentMicros: 1, watchedShare: 0.08, periodSeconds: 12.5 };
  const metrics = governedMetrics('hello', { pairs: [{ off: counted, on }] }, 1.08);
  expect(valueOf(metrics, 'probe_service_hello_slowdown')).toBeCloseTo(4_000 / 3_800);
  expect(valueOf(metrics, 'probe_service_hello_watched_share')).toBe(0.08);
  expect(valueOf(metrics, 'probe_service_hello_period_s')).toBe(12.5);
  expect(metrics[0]).toMatchObject({ name: 'probe_service_hello_cpu_ratio', value: 1.03, target: 1.08, ok: true });
});

test('a service that failed requests is not compared', () => {
  const window = { cpuMicros: 1, wrk: `${wrk(10, '1.00ms')}  Non-2xx or 3xx responses: 3\n` };
  expect(() => pairMetrics('x', { pairs: [{ off: window, on: window }] })).toThrow(/3 requests failed/);
});
