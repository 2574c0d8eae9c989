/** A store of plain arrays, for tests of what HTTP does; tests of what SQL answers use the real engine. */
import type { TraceId } from '@mapscope/events';
import { NO_FINDINGS, NO_STRETCHES } from '@mapscope/rootcause';
import type { EvidenceSource, PlatformSource, RequestColumns, WaitColumns } from '@mapscope/rootcause';
import type { DetailSource, TraceRecord } from '@mapscope/store';
import type { QueryStore } from '../ports.ts';
import { memoryIncidents } from './memory-incidents.ts';
import { memoryTail } from './memory-tail.ts';
import { memoryViews } from './memory-views.ts';

export const NOW_NANOS = 1_795_598_640_000_000_000n; // 2026-11-25T09:24:00Z
export const KNOWN_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const GET = { function: 'main.(*Cache).Get', file: 'cache.go', line: 42 };
const REBUILD = { function: 'main.(*Cache).Rebuild', file: 'cache.go', line: 88 };
const PLATFORM = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.18';

const NO_REQUESTS: RequestColumns = {
  count: 0,
  startUnixNanos: new BigInt64Array(),
  durationNanos: new Float64Array(),
  traceIds: [],
  routes: [],
  platforms: [],
  total: 0,
};
const NO_WAITS: WaitColumns = {
  count: 0,
  traceIds: [],
  startUnixNanos: new BigInt64Array(),
  waitNanos: new Float64Array(),
  schedNanos: new Float64Array(),
  lockAddresses: [],
  waiterSites: new Uint32Array(),
  holderSites: new Uint32Array(),
  lockKinds: [],
  bindings: [],
  sites: [],
};

const EMPTY_EVIDENCE: EvidenceSource = {
  latencySeries: () => Promise.resolve([]),
  requests: () => Promise.resolve(NO_REQUESTS),
  waits: () => Promise.resolve(NO_WAITS),
  stretches: () => Promise.resolve(NO_STRETCHES),
  findings: () => Promise.resolve(NO_FINDINGS),
  coverage: () => Promise.resolve({ ringSubmitted: 0, ringLost: 0, published: 0, inserted: 0 }),
};

const COUNTS = {
  agent: 'a'.repeat(32),
  service: 'order',
  ringSubmitted: 10,
  ringLost: 1,
  published: 9,
  publishedBatches: 2,
  inserted: 9,
  insertedBatches: 2,
  lostWithAgent: 0,
} as const;

const TRACE = {
  traceId: KNOWN_TRACE,
  requests: [
    {
      service: 'order',
      route: '/order',
      method: 'POST',
      platform: PLATFORM,
      startUnixNanos: NOW_NANOS + 1n,
      durationNanos: 310e6,
      spanId: '00f067aa0ba902b7',
      parentSpanId: '0000000000000000',
      goid: 7,
      traceSource: 'traceparent',
      end: 'finished',
    },
  ],
  waits: [
    {
      startUnixNanos: NOW_NANOS + 2n,
      waitNanos: 250e6,
      schedNanos: 1e6,
      lockKind: 'rwmutex_read',
      lockAddress: '0x000000c000010000',
      binding: 'exact',
      waiter: GET,
      holder: REBUILD,
      holderTraceId: null,
      waiterStack: [GET],
      holderStack: [REBUILD],
      waiterGoid: 7,
      holderGoid: 5,
    },
  ],
  spans: [
    {
      spanId: 'a1f067aa0ba902b7',
      parentSpanId: '',
      name: 'POST /order',
      kind: 'Server',
      service: 'order',
      startUnixNanos: NOW_NANOS + 1n,
      durationNanos: 309e6,
      statusCode: 'Error',
      attributes: { 'http.route': '/order' },
    },
  ],
} as const;

/** Seen by an SDK, never by a probe. */
export const SDK_ONLY_TRACE = '5cf92f3577b34da6a3ce929d0e0e4736';

const TRACES: readonly TraceRecord[] = [TRACE, { ...TRACE, traceId: SDK_ONLY_TRACE, requests: [], waits: [] }];

const AGENT = {
  agent: COUNTS.agent,
  service: 'order',
  platform: PLATFORM,
  family: 'lock_waits',
  state: 'attached',
  pid: 4711,
  buildId: 'abc',
  probes: 12,
  attachNanos: 14_500_000,
  ringSubmitted: 10,
  ringLost: 1,
  publishedRows: 9,
  publishedBatches: 2,
  final: false,
  gap: null,
  shed: null,
  ts: NOW_NANOS,
};

const CONTENTION = {
  waiter: GET,
  holder: REBUILD,
  lockKind: 'rwmutex_read',
  platform: PLATFORM,
  waits: 12,
  waitNanos: 3.1e9,
  schedNanos: 2e6,
  maxWaitNanos: 300e6,
  locks: 1,
  ratio: 0.31,
} as const;

const NO_PAGE = { rows: [], end: undefined };

const NO_DETAILS: DetailSource = {
  contentionSeries: () =>
    Promise.resolve({
      startUnixNanos: [],
      requestNanos: new Float64Array(),
      sites: [],
      others: { sites: 0, waits: new Float64Array(), waitNanos: new Float64Array() },
    }),
  locks: () => Promise.resolve(NO_PAGE),
  lock: () => Promise.resolve(undefined),
  maps: () => Promise.resolve(NO_PAGE),
  map: () => Promise.resolve(undefined),
  platforms: () => Promise.resolve([]),
};

const NO_PLATFORMS: PlatformSource = {
  platformFacts: () => Promise.resolve([]),
  sharedLines: () => Promise.resolve([]),
  structLayouts: () => Promise.resolve([]),
};

export function plainStore(changes: Partial<QueryStore> = {}): QueryStore {
  return {
    ping: () => Promise.resolve(),
    evidence: EMPTY_EVIDENCE,
    services: () =>
      Promise.resolve([
        {
          service: 'order',
          platforms: [PLATFORM],
          requests: 100,
          firstUnixNanos: NOW_NANOS - 9n,
          lastUnixNanos: NOW_NANOS,
        },
      ]),
    contention: (_query, limit) => Promise.resolve([CONTENTION].slice(0, limit)),
    trace: (id: TraceId) => Promise.resolve(TRACES.find(({ traceId }) => traceId === id)),
    tail: memoryTail(),
    incidents: memoryIncidents(),
    details: NO_DETAILS,
    platforms: NO_PLATFORMS,
    views: memoryViews(),
    agents: () => Promise.resolve([AGENT]),
    pipeline: () => Promise.resolve([{ ...COUNTS, kind: 'lock_waits' }]),
    traceSearch: {
      ids: () => Promise.resolve(TRACES.map(({ traceId }) => traceId)),
      services: () => Promise.resolve(['order']),
      operations: () => Promise.resolve([{ name: 'POST /order', kind: 'server' }]),
    },
    policies: { latest: () => Promise.resolve([]), history: () => Promise.resolve([]), put: () => Promise.resolve() },
    growth: () => Promise.resolve({ requests: [], waits: [], maps: [], syncmaps: [], crashes: [] }),
    healthCheck: () => Promise.reject(new Error('plain arrays have no ledger')),
    ...changes,
  };
}

export const withEvidence = (changes: Partial<EvidenceSource>): QueryStore =>
  plainStore({ evidence: { ...EMPTY_EVIDENCE, ...changes } });
