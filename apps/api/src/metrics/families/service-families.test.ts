import { expect, test } from 'vitest';
import type { Growth } from '@mapscope/store';
import { writeFamilies } from '../exposition/write.ts';
import { serviceFamilies } from './service-families.ts';

const place = { service: 'order', platform: 'arm64' };
const slowest = { traceId: 'ab', nanos: 3e8, atUnixNanos: 1_500_000_000n };
const NONE: Growth = { requests: [], waits: [], maps: [], syncmaps: [], crashes: [] };
const objective = { thresholdNanos: 3e8, target: 0.99 };

const linesOf = (growth: Growth): readonly string[] => {
  const families = serviceFamilies(objective);
  families.know(place);
  families.take(growth);
  return writeFamilies(families.families(), 'openmetrics').split('\n');
};

test('the objective is the last bound that is asked for, whatever the buckets are', () => {
  const { bounds } = serviceFamilies(objective);
  const within = bounds.requestNanos.map((bound) => (bound >= 2e8 ? 7 : 1));
  const row = { ...place, method: 'GET', route: '/a', count: 10, sumNanos: 2e9, within, slowest };
  const lines = linesOf({ ...NONE, requests: [row] });
  const labels = 'service_name="order",platform="arm64",http_request_method="GET",http_route="/a"';
  const name = 'http_server_request_duration_seconds';
  expect(lines).toContain(`${name}_bucket{${labels},le="0.1"} 1`);
  expect(lines).toContain(`${name}_bucket{${labels},le="0.5"} 7 # {trace_id="ab"} 0.3 1.500`);
  expect(lines).toContain(`${name}_count{${labels}} 10`);
  expect(lines).toContain('mapscope_slo_requests_total{service_name="order",good="true"} 7');
  expect(lines).toContain('mapscope_slo_requests_total{service_name="order",good="false"} 3');
});

test('waits are told by kind, and by the line that asked', () => {
  const site = { function: 'main.f', file: 'f.go', line: 3, lockKind: 'mutex' as const };
  const { waitNanos } = serviceFamilies(objective).bounds;
  const row = { ...place, ...site, count: 2, sumNanos: 4e8, within: waitNanos.map(() => 1), slowest };
  const lines = linesOf({ ...NONE, waits: [row] });
  expect(lines).toContain('go_mutex_wait_duration_seconds_sum{service_name="order",platform="arm64",kind="mutex"} 0.4');
  expect(lines).toContain(
    'go_sync_lock_wait_seconds_total{service_name="order",platform="arm64",code_function_name="main.f",code_file_path="f.go",code_line_number="3"} 0.4',
  );
});

test('what is rare stands at zero before it happens, and grows when it does', () => {
  const before = linesOf(NONE);
  const crash = 'go_crashes_total{service_name="order",platform="arm64",kind="fatal"}';
  const conflict = 'go_map_conflicts_total{service_name="order",platform="arm64"}';
  expect(before).toContain(`${crash} 0`);
  expect(before).toContain(`${conflict} 0`);
  const after = linesOf({
    ...NONE,
    maps: [{ ...place, op: 'assign', keyClass: 'int', operations: 5, conflicts: 2 }],
    syncmaps: [{ ...place, op: 'miss', mapAddress: '0xc0', operations: 4 }],
    crashes: [{ ...place, kind: 'fatal', crashes: 1 }],
  });
  expect(after).toContain(`${crash} 1`);
  expect(after).toContain(`${conflict} 2`);
  const labels = 'service_name="order",platform="arm64"';
  expect(after).toContain(`go_map_operations_total{${labels},op="assign",key_pattern="int"} 5`);
  expect(after).toContain(`syncmap_ops_total{${labels},op="miss",key_pattern="any"} 4`);
  expect(after).toContain(`syncmap_load_misses{${labels},shard="0xc0"} 4`);
});
