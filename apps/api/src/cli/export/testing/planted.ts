/** A trace and a window of contention as the API would tell them, for tests of what is made of them. */
import {
  formatUnixNanos,
  type TraceAnswer,
  type TraceRequestJson,
  type TraceSpanJson,
  type TraceWaitJson,
  type WaitStacksAnswer,
} from '@mapscope/contract';

export const BEGIN = 1_795_598_580_000_000_000n;
export const at = (ms: number): string => formatUnixNanos(BEGIN + BigInt(Math.round(ms * 1e6)));
export const GET = { function: 'example.com/shop/cache.(*Cache).Get', file: '/src/shop/cache/cache.go', line: 42 };
export const REBUILD = {
  function: 'example.com/shop/cache.(*Cache).Rebuild',
  file: '/src/shop/cache/cache.go',
  line: 88,
};
export const REFRESH = { function: 'main.refresh', file: '/src/shop/main.go', line: 31 };
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

export const request = (part: Partial<TraceRequestJson>): TraceRequestJson => ({
  service: 'order',
  method: 'POST',
  route: '/order',
  platform: 'arch=amd64',
  start: at(0),
  durationMs: 310,
  spanId: '00f067aa0ba902b7',
  parentSpanId: null,
  goroutine: '7',
  traceSource: 'traceparent',
  end: 'finished',
  ...part,
});

export const wait = (part: Partial<TraceWaitJson>): TraceWaitJson => ({
  start: at(20),
  waitMs: 250,
  schedMs: 1.5,
  lockKind: 'rwmutex_read',
  lockAddress: '0x000000c000010000',
  binding: 'exact',
  waiter: GET,
  releasedAt: REBUILD,
  holderTraceId: null,
  waiterStack: [GET],
  holderStack: [REBUILD, REFRESH],
  waiterGoroutine: '7',
  holderGoroutine: '5',
  ...part,
});

export const span = (spanId: string, part: Partial<TraceSpanJson>): TraceSpanJson => ({
  service: 'order',
  name: spanId,
  kind: 'internal',
  status: 'unset',
  start: at(1),
  durationMs: 100,
  spanId,
  parentSpanId: null,
  attributes: {},
  ...part,
});

export const TRACE: TraceAnswer = {
  traceId: TRACE_ID,
  requests: [
    request({}),
    request({
      service: 'stock',
      route: '/stock',
      start: at(275),
      durationMs: 30,
      spanId: 'b1',
      parentSpanId: 's2',
      goroutine: '19',
    }),
  ],
  waits: [
    wait({}),
    wait({ start: at(276), waitMs: 4.25, schedMs: 0, waiterGoroutine: '19', waiterStack: [], waiter: GET }),
  ],
  spans: [
    span('s1', { parentSpanId: '00f067aa0ba902b7', start: at(5), durationMs: 300, name: 'load' }),
    span('s2', {
      parentSpanId: 's1',
      start: at(270),
      durationMs: 40,
      name: 'ask stock',
      kind: 'client',
      status: 'error',
    }),
  ],
};

export const STACKS: WaitStacksAnswer = {
  service: 'order',
  role: 'releaser',
  window: { from: at(0), to: at(900_000) },
  baseline: null,
  totalWaitMs: 3_200.250_5,
  baselineTotalWaitMs: 0,
  items: [
    { frames: [REBUILD, REFRESH], waits: 12, waitMs: 3_100.25, baselineWaits: 0, baselineWaitMs: 0 },
    { frames: [REBUILD], waits: 3, waitMs: 0.000_5, baselineWaits: 0, baselineWaitMs: 0 },
    { frames: [], waits: 7, waitMs: 100, baselineWaits: 0, baselineWaitMs: 0 },
  ],
};
