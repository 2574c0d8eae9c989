import type { TraceAnswer, TraceRequestJson, TraceWaitJson } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { layoutTrace } from './layout.ts';

const site = { function: 'main.(*Cache).Get', file: 'cache.go', line: 22 };
const request = (part: Partial<TraceRequestJson>): TraceRequestJson => ({
  service: 'order',
  method: 'GET',
  route: '/order',
  platform: 'arch=amd64',
  start: '2026-11-20T10:03:00.000000000Z',
  durationMs: 200,
  spanId: '00f067aa0ba902b7',
  parentSpanId: null,
  goroutine: '7',
  traceSource: 'traceparent',
  end: 'finished',
  ...part,
});
const wait = (part: Partial<TraceWaitJson>): TraceWaitJson => ({
  start: '2026-11-20T10:03:00.050000000Z',
  waitMs: 100,
  schedMs: 10,
  lockKind: 'rwmutex_read',
  lockAddress: '0xc000010000',
  binding: 'exact',
  waiter: site,
  releasedAt: site,
  holderTraceId: null,
  waiterStack: [site],
  holderStack: [site],
  waiterGoroutine: '7',
  holderGoroutine: '3',
  ...part,
});
const trace = (part: Partial<TraceAnswer>): TraceAnswer => ({
  traceId: 'a'.repeat(32),
  requests: [],
  waits: [],
  ...part,
});

test('a wait lies on its request to scale, the scheduler’s part behind it', () => {
  const layout = layoutTrace(trace({ requests: [request({})], waits: [wait({})] }));
  const bar = layout.requests[0]!;
  expect(layout.spanMs).toBe(200);
  expect(bar.extent).toEqual({ leftPct: 0, widthPct: 100 });
  expect(bar.waits[0]).toMatchObject({
    startMs: 50,
    waiting: { leftPct: 25, widthPct: 50 },
    scheduling: { leftPct: 75, widthPct: 5 },
  });
  expect(bar.waitedMs).toBe(100);
  expect(layout.ticks).toEqual([0, 50, 100, 150, 200]);
});

test('a wait belongs to the request of its goroutine, one of a started goroutine to the innermost request at that time', () => {
  const outer = request({});
  const inner = request({
    service: 'stock',
    goroutine: '9',
    start: '2026-11-20T10:03:00.040000000Z',
    durationMs: 130,
    spanId: '00f067aa0ba902b8',
    parentSpanId: outer.spanId,
  });
  const waits = [wait({}), wait({ waiterGoroutine: '9' }), wait({ waiterGoroutine: '11', binding: 'inherited' })];
  const layout = layoutTrace(trace({ requests: [inner, outer], waits }));
  expect(layout.requests.map((bar) => [bar.request.service, bar.depth, bar.waits.length, bar.waitedMs])).toEqual([
    ['order', 0, 1, 100],
    ['stock', 1, 2, 100],
  ]);
});

test('a wait outside of every request is kept and says so', () => {
  const layout = layoutTrace(
    trace({ requests: [request({})], waits: [wait({ start: '2026-11-20T10:03:00.500000000Z' })] }),
  );
  expect(layout.strayWaits).toHaveLength(1);
  expect(layout.spanMs).toBe(610);
});

test('spans that are their own ancestors, and a trace of nothing, end', () => {
  const circle = request({ parentSpanId: '00f067aa0ba902b7' });
  expect(layoutTrace(trace({ requests: [circle] })).requests[0]!.depth).toBeLessThanOrEqual(16);
  expect(layoutTrace(trace({})).requests).toEqual([]);
});
