import type { TraceAnswer, TraceRequestJson, TraceSpanJson, TraceWaitJson } from '@mapscope/contract';
import { expect, test } from 'vitest';
import { layoutTrace } from './layout.ts';
import type { TraceNode } from './tree.ts';

const site = { function: 'main.(*Cache).Get', file: 'cache.go', line: 22 };
const at = (ms: number): string => `2026-11-20T10:03:00.${String(ms * 1e6).padStart(9, '0')}Z`;
const request = (part: Partial<TraceRequestJson>): TraceRequestJson => ({
  service: 'order',
  method: 'GET',
  route: '/order',
  platform: 'arch=amd64',
  start: at(0),
  durationMs: 200,
  spanId: '00f067aa0ba902b7',
  parentSpanId: null,
  goroutine: '7',
  traceSource: 'traceparent',
  end: 'finished',
  ...part,
});
const wait = (part: Partial<TraceWaitJson>): TraceWaitJson => ({
  start: at(50),
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
const span = (spanId: string, part: Partial<TraceSpanJson>): TraceSpanJson => ({
  service: 'order',
  name: spanId,
  kind: 'internal',
  status: 'unset',
  start: at(0),
  durationMs: 200,
  spanId,
  parentSpanId: null,
  attributes: {},
  ...part,
});
const trace = (part: Partial<TraceAnswer>): TraceAnswer => ({
  traceId: 'a'.repeat(32),
  requests: [],
  waits: [],
  spans: [],
  ...part,
});
const nameOf = (node: TraceNode): string => (node.kind === 'span' ? node.span.name : `${node.service} probe`);
const treeOf = (given: Partial<TraceAnswer>): readonly string[] =>
  layoutTrace(trace(given)).bars.map(({ node }) => '  '.repeat(node.depth) + nameOf(node));

test('a wait lies on its request to scale, the scheduler’s part behind it', () => {
  const layout = layoutTrace(trace({ requests: [request({})], waits: [wait({})] }));
  const bar = layout.bars[0]!;
  expect(layout.spanMs).toBe(200);
  expect(bar.extent).toEqual({ leftPct: 0, widthPct: 100 });
  expect(bar.listed[0]).toMatchObject({
    startMs: 50,
    waiting: { leftPct: 25, widthPct: 50 },
    scheduling: { leftPct: 75, widthPct: 5 },
    within: undefined,
  });
  expect(bar.drawn).toEqual(bar.listed);
  expect(bar.waitedMs).toBe(100);
  expect(layout.ticks).toEqual([0, 50, 100, 150, 200]);
});

test('a wait belongs to the request of its goroutine, one of a started goroutine to the innermost request at that time', () => {
  const outer = request({});
  const inner = request({
    service: 'stock',
    goroutine: '9',
    start: at(40),
    durationMs: 130,
    spanId: '00f067aa0ba902b8',
    parentSpanId: outer.spanId,
  });
  const waits = [wait({}), wait({ waiterGoroutine: '9' }), wait({ waiterGoroutine: '11', binding: 'inherited' })];
  const layout = layoutTrace(trace({ requests: [inner, outer], waits }));
  expect(layout.bars.map(({ node, listed, waitedMs }) => [node.service, node.depth, listed.length, waitedMs])).toEqual([
    ['order', 0, 1, 100],
    ['stock', 1, 2, 100],
  ]);
});

test('a wait outside of every request is kept and says so', () => {
  const layout = layoutTrace(trace({ requests: [request({})], waits: [wait({ start: at(500) })] }));
  expect(layout.strayWaits).toHaveLength(1);
  expect(layout.spanMs).toBe(610);
});

test('the server span of a probed request lies within it, and what it caused within that, across services', () => {
  const caller = span('call', { service: 'front', kind: 'client', durationMs: 210 });
  const server = span('serve', { kind: 'server', parentSpanId: 'call', start: at(1), durationMs: 198 });
  const query = span('query', { parentSpanId: 'serve', start: at(20), durationMs: 50 });
  const charge = span('charge', { kind: 'client', parentSpanId: 'serve', start: at(120), durationMs: 60 });
  const payment = request({ service: 'payment', spanId: 'p', parentSpanId: 'charge', start: at(125), durationMs: 50 });
  const paid = span('pay', {
    service: 'pay-svc',
    kind: 'server',
    parentSpanId: 'charge',
    start: at(126),
    durationMs: 9,
  });
  expect(
    treeOf({ requests: [payment, request({ parentSpanId: 'call' })], spans: [paid, query, charge, server, caller] }),
  ).toEqual([
    'call',
    '  order probe',
    '    serve',
    '      query',
    '      charge',
    '        payment probe',
    '          pay',
  ]);
});

test('a server span whose caller is known by its span is not taken for another request of its service', () => {
  const server = span('outer', { kind: 'server' });
  const call = span('call', { kind: 'client', parentSpanId: 'outer', start: at(10), durationMs: 50 });
  const again = span('again', { kind: 'server', parentSpanId: 'call', start: at(20), durationMs: 30 });
  expect(treeOf({ requests: [request({})], spans: [server, call, again] })).toEqual([
    'order probe',
    '  outer',
    '    call',
    '      again',
  ]);
});

test('a wait is drawn on its request and on every span that was open meanwhile, and listed under the innermost', () => {
  const spans = [
    span('serve', { kind: 'server', parentSpanId: 'gone' }),
    span('load', { parentSpanId: 'serve', start: at(40), durationMs: 120 }),
    span('early', { parentSpanId: 'serve', start: at(5), durationMs: 60 }),
    span('elsewhere', { service: 'stock', parentSpanId: 'other', start: at(45), durationMs: 150 }),
  ];
  const layout = layoutTrace(trace({ requests: [request({ parentSpanId: 'gone' })], waits: [wait({})], spans }));
  expect(layout.bars.map(({ node, drawn, listed }) => [nameOf(node), drawn.length, listed.length])).toEqual([
    ['order probe', 1, 0],
    ['serve', 1, 0],
    ['early', 0, 0],
    ['load', 1, 1],
    ['elsewhere', 0, 0],
  ]);
  expect(layout.bars.map(({ waitedMs }) => waitedMs)[0]).toBe(100);
  expect(layout.bars[3]?.listed[0]?.within).toBe('load');
});

test('a trace that only SDKs saw is drawn from its spans', () => {
  const layout = layoutTrace(
    trace({ spans: [span('b', { parentSpanId: 'a', start: at(20), durationMs: 80 }), span('a', { start: at(10) })] }),
  );
  expect(layout.bars.map(({ node, extent }) => [nameOf(node), node.startMs, extent])).toEqual([
    ['a', 0, { leftPct: 0, widthPct: 100 }],
    ['b', 10, { leftPct: 5, widthPct: 40 }],
  ]);
  expect(layout.start).toBe(at(10));
});

test('spans that are their own ancestors, a chain of thousands, and a trace of nothing, end', () => {
  expect(treeOf({ requests: [request({ parentSpanId: '00f067aa0ba902b7' })] })).toEqual(['order probe']);
  const circle = [span('a', { parentSpanId: 'c' }), span('b', { parentSpanId: 'a' }), span('c', { parentSpanId: 'b' })];
  expect(treeOf({ spans: circle })).toEqual(['a', '  b', '    c']);
  const chain = Array.from({ length: 10_000 }, (_, i) => span(`s${i}`, { parentSpanId: `s${i - 1}` }));
  expect(layoutTrace(trace({ spans: chain })).bars.at(-1)?.node.depth).toBe(9999);
  expect(layoutTrace(trace({})).bars).toEqual([]);
});
