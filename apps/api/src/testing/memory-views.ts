/** What pages draw, from plain values. */
import type { DumpTimeline, ViewSource } from '@mapscope/store';

export const DUMPED_NANOS = 1_795_598_600_000_000_123n;

const SITE = { function: 'main.(*Cache).Get', file: 'cache.go', line: 42 };

const change = {
  goid: '7',
  state: 'waiting',
  isCrash: false,
  waitReason: 'sync.Mutex.Lock',
  tid: 31,
  site: SITE,
  traceId: 'ab'.repeat(16),
  binding: 'exact',
} as const;

const DUMP: DumpTimeline = {
  summary: {
    service: 'order',
    pid: 4711,
    platform: 'arch=amd64',
    dumpUnixNanos: DUMPED_NANOS,
    reason: 'fatal',
    completeFromUnixNanos: DUMPED_NANOS - 10_000_000n,
    changes: 2,
    goroutines: 1,
    note: '',
  },
  changes: [
    { ...change, unixNanos: DUMPED_NANOS - 5_000_000n },
    {
      ...change,
      unixNanos: DUMPED_NANOS - 1_000_000n,
      state: 'running',
      waitReason: '',
      site: { function: '', file: '', line: 0 },
      traceId: '0'.repeat(32),
    },
  ],
  isCut: false,
};

const HEATMAP = {
  stepNanos: 10_000_000_000n,
  bucketsPerOctave: 8,
  source: 'requests',
  startUnixNanos: [1_795_598_600_000_000_000n],
  requests: [3],
  p50Nanos: [40e6],
  p99Nanos: [310e6],
  cells: { steps: [0, 0], buckets: [202, 225], requests: [2, 1] },
} as const;

const CRASH = {
  unixNanos: DUMPED_NANOS,
  service: 'order',
  platform: 'arch=amd64',
  kind: 'fatal',
  message: 'concurrent map writes',
  pid: 4711,
  goid: '7',
  traceId: '0'.repeat(32),
  stack: [SITE],
  dumpUnixNanos: DUMPED_NANOS,
} as const;

export const memoryViews = (): ViewSource => ({
  heatmap: () => Promise.resolve(HEATMAP),
  slowest: () =>
    Promise.resolve([
      { startUnixNanos: DUMPED_NANOS, durationNanos: 310e6, traceId: 'ab'.repeat(16), route: '/order' },
    ]),
  waitStacks: () =>
    Promise.resolve({
      stacks: [{ frames: [SITE], waits: 3, waitNanos: 2e6, baselineWaits: 1, baselineWaitNanos: 1e6 }],
      totalWaitNanos: 2e6,
      baselineTotalWaitNanos: 1e6,
    }),
  dumps: () => Promise.resolve([DUMP.summary]),
  dump: ({ dumpUnixNanos }) => Promise.resolve(dumpUnixNanos === DUMPED_NANOS ? DUMP : undefined),
  serviceMap: () =>
    Promise.resolve({
      nodes: [{ service: 'order', requests: 10, durationNanos: 1e9, p99Nanos: 310e6, waitNanos: 5e8 }],
      edges: [
        {
          service: 'order',
          host: 'mail:25',
          target: undefined,
          calls: 4,
          failed: 1,
          durationNanos: 4e6,
          p99Nanos: 2e6,
        },
      ],
    }),
  crashes: () => Promise.resolve([CRASH]),
});
