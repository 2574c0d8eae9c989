import { expect, test } from 'vitest';
import { traceFixture } from '../../dev/fixtures/trace.ts';
import { holderRow, itemsOf, openIds, toggled } from './items.ts';
import { layoutTrace } from './layout.ts';

const NOW = Date.parse('2026-11-20T10:05:00Z');
const trace = traceFixture('4bf92f3577b34da6a3ce929d0e0e4736', NOW);
const items = itemsOf(layoutTrace(trace));

test('every request, span and wait is one row, each with a name of its own', () => {
  const count = (kind: string): number => items.filter((item) => item.kind === kind).length;
  expect([count('bar'), count('wait')]).toEqual([trace.requests.length + trace.spans.length, trace.waits.length]);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
});

test('of very many waits of one request the longest are drawn, and the rest is counted', () => {
  const [wait] = trace.waits;
  if (wait === undefined) throw new Error('the fixture has no wait');
  const waits = Array.from({ length: 500 }, (_, i) => ({ ...wait, waitMs: i / 1000 }));
  const many = itemsOf(layoutTrace({ ...trace, waits, spans: [] }));
  expect(many.filter((item) => item.kind === 'wait')).toHaveLength(200);
  expect(many.filter((item) => item.kind === 'title').map((item) => item.kind === 'title' && item.text)).toEqual([
    '300 shorter waits not drawn; the table has all',
  ]);
});

test('open rows are kept by the address', () => {
  expect(openIds(undefined)).toEqual([]);
  expect(toggled([], 'w1')).toBe('w1');
  expect(openIds(toggled(['w1'], 'a1'))).toEqual(['w1', 'a1']);
  expect(toggled(['w1'], 'w1')).toBeUndefined();
  expect(
    openIds(
      toggled(
        Array.from({ length: 50 }, (_, i) => `w${i}`),
        'x',
      ),
    ),
  ).toHaveLength(20);
});

test('who held the lock is a row where the trace has it, and none where it is another trace', () => {
  const [request] = trace.requests;
  const bar = items.find((item) => item.kind === 'wait')?.bar;
  if (request === undefined || bar === undefined || !('wait' in bar)) throw new Error('the fixture has no wait');
  const held = { ...bar, wait: { ...bar.wait, holderTraceId: trace.traceId, holderGoroutine: request.goroutine } };
  expect(holderRow(items, held, trace.traceId)).toBe(`r${request.spanId}`);
  expect(holderRow(items, held, 'another')).toBeUndefined();
});
