/** Attributes of SDK spans as evidence, on the real engine. */
import { beforeAll, expect, test } from 'vitest';
import { plantedFrom } from './testdata/planted.ts';
import { spansBlock } from './testdata/planted-spans.ts';
import { openTestStore } from './testdata/test-store.ts';

const from = plantedFrom();
const query = { service: 'order', window: { fromUnixNanos: from, toUnixNanos: from + 60_000_000_000n } };
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
const world = await openTestStore();

/** 120 requests of three tenants, each with an id of its own; spans of other kinds and of another service beside them. */
const spans = Array.from({ length: 120 }, (_, i) => ({
  traceId: hex(i + 1, 32),
  spanId: hex(i + 1, 16),
  startUnixNanos: from + BigInt(i) * 100_000_000n,
  durationNanos: 1e6,
  route: '/order',
  attributes: [
    ['tenant', ['acme', 'bolt', 'crane'][i % 3] ?? ''],
    ['request.id', String(i)],
  ] as const,
}));

beforeAll(async () => {
  await world.store.migrate();
  const others = [
    { ...spans[0]!, kind: 'Client', attributes: [['tenant', 'client']] as const },
    { ...spans[0]!, service: 'cart', attributes: [['tenant', 'cart']] as const },
  ];
  await world.store.insertBlocks('otel_traces', [spansBlock([...spans, ...others])], 't-spans');
});

test('each request has its attributes and those of the resource; keys with many values are left out', async () => {
  const found = await world.store.evidence.spanAttributes?.(query);
  const sets = found?.sets.map((set) => set.map((pair) => pair.join('=')));
  expect(sets).toEqual(
    ['acme', 'bolt', 'crane'].map((tenant) => ['http.route=/order', 'service.name=order', `tenant=${tenant}`]),
  );
  const tenantOf = new Map(found?.traceIds.map((id, span) => [id, sets?.[found.setOf[span] ?? 0]?.[2]]));
  expect(tenantOf.size).toBe(120);
  expect([hex(1, 32), hex(2, 32), hex(120, 32)].map((id) => tenantOf.get(id))).toEqual([
    'tenant=acme',
    'tenant=bolt',
    'tenant=crane',
  ]);
});

test('a service without an SDK costs one look and has none; a hostile name is a name', async () => {
  expect(await world.store.evidence.spanAttributes?.({ ...query, service: 'nobody' })).toBeUndefined();
  expect(
    await world.store.evidence.spanAttributes?.({ ...query, service: "'; DROP TABLE otel_traces --" }),
  ).toBeUndefined();
});
