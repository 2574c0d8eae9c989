import { expect, test } from 'vitest';
import { TABLES } from '@mapscope/events';
import { ringByKind, statusColumns } from './status-columns.ts';
import { emptyTally, note } from './tally.ts';

test('one row per ring kind, with what the ring counted beside what Kafka acknowledged', () => {
  const published = emptyTally();
  note(published, { kind: 'lock_waits', rows: 7 });
  const ring = ringByKind([
    { kind: 'lock_waits', submitted: 9n, lost: 2n },
    { kind: 'http_requests', submitted: 4n, lost: 0n },
    { kind: 'http_requests', submitted: 1n, lost: 1n },
  ]);
  const status = statusColumns({
    unixNanos: 77n,
    service: 'order',
    platform: 'p',
    state: 'killed',
    pid: 12,
    buildId: 'b',
    build: 'x.io/order@v1.4.2',
    cpuNanos: 10_000_000,
    probes: 6,
    attachNanos: 5n,
    ring,
    published,
    shed: new Map([['http_requests', { offNanos: 5_000n, state: 'cycled' }]]),
    final: true,
  });
  expect(status.rows).toBe(2);
  expect(status.columns['family']).toEqual({
    storage: 'dictionary',
    keys: ['lock_waits', 'http_requests'],
    indexes: Uint32Array.of(0, 1),
  });
  expect(status.columns['ring_submitted']).toEqual({ storage: 'u64', values: BigUint64Array.of(9n, 5n) });
  expect(status.columns['ring_lost']).toEqual({ storage: 'u64', values: BigUint64Array.of(2n, 1n) });
  expect(status.columns['published_rows']).toEqual({ storage: 'u64', values: BigUint64Array.of(7n, 0n) });
  expect(status.columns['build']).toMatchObject({ keys: ['x.io/order@v1.4.2'] });
  expect(status.columns['cpu_ns']).toEqual({ storage: 'u64', values: BigUint64Array.of(10_000_000n, 10_000_000n) });
  expect(status.columns['state']).toMatchObject({ keys: ['killed'] });
  expect(status.columns['final']).toEqual({ storage: 'u8', values: Uint8Array.of(1, 1) });
  expect(status.columns['shed_ns']).toEqual({ storage: 'u64', values: BigUint64Array.of(0n, 5_000n) });
  expect(status.columns['shed_state']).toEqual({
    storage: 'dictionary',
    keys: ['', 'never', 'cycled', 'refused'],
    indexes: Uint32Array.of(0, 2),
  });
  const wanted = TABLES.agent_status.map(({ name }) => name).filter((name) => name !== 'agent' && name !== 'batch_seq');
  expect(Object.keys(status.columns).sort()).toEqual(wanted.toSorted());
});
