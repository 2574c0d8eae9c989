/**
 * A planted history with known answers. 600 requests of `order`, one every 100 ms; every third is on /list; every other one
 * on arm64. Requests 300…399 are slow and waited for the cache's lock, held by Rebuild. Every tenth request also waited
 * on a goroutine it started. Waits without a trace happen all the time.
 */
import {
  BINDINGS,
  type ColumnData,
  type ColumnSpec,
  encodeNativeBlock,
  LOCK_KINDS,
  REQUEST_ENDS,
  ROUTE_SOURCES,
  TABLES,
  TRACE_SOURCES,
} from '@mapscope/events';
import type { Store } from '../store.ts';

export const REQUESTS = 600;
export const STEP_NANOS = 100_000_000n;
export const AGENT = 'a'.repeat(32);
export const GET = { function: 'main.(*Cache).Get', file: '/src/cache.go', line: 42 };
export const REBUILD = { function: 'main.(*Cache).Rebuild', file: '/src/cache.go', line: 88 };
export const PLATFORMS = ['arch=amd64;go=1.24', 'arch=arm64;go=1.24'] as const;
export const ROUTES = ['/order', '/list'] as const;

export const routeOf = (i: number): string => ROUTES[i % 3 === 0 ? 1 : 0];
export const platformOf = (i: number): string => PLATFORMS[i % 2 === 0 ? 0 : 1];
export const isSlow = (i: number): boolean => i >= 300 && i < 400;
export const durationOf = (i: number): number => (isSlow(i) ? 300_000_000 : 40_000_000) + i;
export const traceOf = (i: number): string => (i + 1).toString(16).padStart(32, '0');
/** requests that waited for the cache's lock */
export const waiting: readonly number[] = Array.from({ length: REQUESTS }, (_, i) => i).filter(
  (i) => isSlow(i) || i % 10 === 0,
);
export const waitOf = (i: number): number => (isSlow(i) ? 250_000_000 : 1_000_000) + i;
export const bindingOf = (i: number): number => (isSlow(i) ? BINDINGS.exact : BINDINGS.inherited);
export const LOCK = 0xc0_0012_3450n;
export const WAITER_STACK = 0xdead_beef_0000_0001n;

const known = (i: number): boolean => i >= 0;

/** 2 waits without a trace, one of them by a goroutine of the same lock. */
const UNBOUND = 2;

export function requestsBlock(from: bigint, routeSource: number = ROUTE_SOURCES.pattern): Uint8Array {
  const rows = Array.from({ length: REQUESTS }, (_, i) => i);
  return block(TABLES.http_requests, REQUESTS, {
    ts: i64(rows.map((i) => from + BigInt(i) * STEP_NANOS)),
    service: words(rows.map(() => 'order')),
    platform: words(rows.map(platformOf)),
    method: words(rows.map(() => 'POST')),
    route: words(rows.map(routeOf)),
    duration_ns: u64(rows.map((i) => BigInt(durationOf(i)))),
    trace_id: bytes('bytes16', rows.map(traceOf)),
    span_id: bytes(
      'bytes8',
      rows.map((i) => traceOf(i).slice(16)),
    ),
    parent_span_id: bytes(
      'bytes8',
      rows.map(() => '0'.repeat(16)),
    ),
    trace_source: u8(rows.map((i) => (i % 2 === 0 ? TRACE_SOURCES.traceparent : TRACE_SOURCES.generated))),
    end: u8(rows.map(() => REQUEST_ENDS.finished)),
    pid: u32(rows.map(() => 77)),
    goid: u64(rows.map((i) => BigInt(1000 + i))),
    route_source: u8(rows.map(() => routeSource)),
  });
}

export function waitsBlock(from: bigint): Uint8Array {
  const rows = [...waiting, -1, -2];
  return block(TABLES.lock_waits, waiting.length + UNBOUND, {
    ts: i64(rows.map((i) => from + (known(i) ? BigInt(i) * STEP_NANOS + 5_000_000n : 1n))),
    service: words(rows.map(() => 'order')),
    platform: words(rows.map((i) => platformOf(Math.abs(i)))),
    lock_kind: u8(rows.map(() => LOCK_KINDS.rwmutex_read)),
    lock_addr: u64(rows.map(() => LOCK)),
    wait_ns: u64(rows.map((i) => (known(i) ? BigInt(waitOf(i)) : 7n))),
    sched_ns: u64(rows.map(() => 2_000n)),
    trace_id: bytes(
      'bytes16',
      rows.map((i) => (known(i) ? traceOf(i) : '0'.repeat(32))),
    ),
    span_id: bytes(
      'bytes8',
      rows.map((i) => (known(i) ? traceOf(i).slice(16) : '0'.repeat(16))),
    ),
    binding: u8(rows.map((i) => (known(i) ? bindingOf(i) : BINDINGS.none))),
    rw_state: u8(rows.map(() => 0)),
    holder_trace_id: bytes(
      'bytes16',
      rows.map(() => '0'.repeat(32)),
    ),
    pid: u32(rows.map(() => 77)),
    waiter_goid: u64(rows.map((i) => BigInt(1000 + Math.abs(i)))),
    holder_goid: u64(rows.map(() => 9n)),
    waiter_stack: u64(rows.map(() => WAITER_STACK)),
    holder_stack: u64(rows.map(() => 0n)),
    waiter_function: words(rows.map(() => GET.function)),
    waiter_file: words(rows.map(() => GET.file)),
    waiter_line: u32(rows.map(() => GET.line)),
    holder_function: words(rows.map(() => REBUILD.function)),
    holder_file: words(rows.map(() => REBUILD.file)),
    holder_line: u32(rows.map(() => REBUILD.line)),
  });
}

export function stacksBlock(from: bigint): Uint8Array {
  return block(TABLES.stacks, 1, {
    ts: i64([from]),
    service: words(['order']),
    build_id: words(['b']),
    stack: u64([WAITER_STACK]),
    functions: { storage: 'stringArrays', values: [[GET.function, 'main.main']] },
    files: { storage: 'stringArrays', values: [[GET.file, '/src/main.go']] },
    lines: { storage: 'u32Arrays', values: [[GET.line, 7]] },
  });
}

/** Two reports for each of two kinds, the second final. */
export function statusBlock(from: bigint): Uint8Array {
  const rows = [0, 1, 2, 3];
  const counts = [10n, 10n, BigInt(REQUESTS), BigInt(waiting.length + UNBOUND)];
  return block(TABLES.agent_status, 4, {
    ts: i64([from, from, from + 60_000_000_000n, from + 60_000_000_000n]),
    service: words(rows.map(() => 'order')),
    platform: words(rows.map(() => PLATFORMS[0])),
    family: words(['http_requests', 'lock_waits', 'http_requests', 'lock_waits']),
    state: words(['attached', 'attached', 'detached', 'detached']),
    pid: u32(rows.map(() => 77)),
    build_id: words(rows.map(() => 'b')),
    probes: u32(rows.map(() => 12)),
    attach_ns: u64(rows.map(() => 9_000_000n)),
    ring_submitted: u64(counts),
    ring_lost: u64([0n, 0n, 0n, 3n]),
    published_rows: u64(counts),
    published_batches: u64([1n, 1n, 1n, 1n]),
    final: u8([0, 0, 1, 1]),
    gap_end: i64([0n, 0n, 0n, 0n]),
    shed_ns: u64([0n, 0n, 1_500_000_000n, 0n]),
    shed_state: words(['never', '', 'cycled', '']),
    build: words(rows.map(() => 'x.io/order@v1.4.2')),
    cpu_ns: u64([0n, 0n, 1_000_000_000n, 1_000_000_000n]),
  });
}

/** Sends the whole history; sent again it changes nothing. */
export async function insertPlanted(store: Store, from: bigint): Promise<void> {
  await store.insertBlocks('http_requests', [requestsBlock(from)], 'a-1-http-1');
  await store.insertBlocks('lock_waits', [waitsBlock(from)], 'a-1-lock-1');
  await store.insertBlocks('stacks', [stacksBlock(from)], 'a-1-stacks-1');
  await store.insertBlocks('agent_status', [statusBlock(from)], 'a-1-status-1');
  for (const [kind, rows] of [
    ['http_requests', REQUESTS],
    ['lock_waits', waiting.length + UNBOUND],
  ] as const) {
    const entry = {
      agent: AGENT,
      boot: 1n,
      family: kind,
      kind,
      sequence: 1n,
      topic: 't',
      partition: 0,
      offset: '7',
      rows,
    };
    await store.recordBatches([entry], `a-1-${kind}-1`);
  }
}

const MINUTE_NANOS = 60_000_000_000n;

/** Ten minutes ago, on a full minute: inside every TTL, and roll-up intervals are whole. */
export const plantedFrom = (): bigint => (BigInt(Date.now()) / 60_000n) * MINUTE_NANOS - 10n * MINUTE_NANOS;

function block(spec: readonly ColumnSpec[], rows: number, columns: Record<string, ColumnData>): Uint8Array {
  const proof = {
    agent: words(Array.from({ length: rows }, () => AGENT)),
    batch_seq: u64(Array.from({ length: rows }, () => 1n)),
  };
  return encodeNativeBlock(spec, rows, { ...columns, ...proof });
}

const u8 = (values: readonly number[]): ColumnData => ({ storage: 'u8', values: Uint8Array.from(values) });
const u32 = (values: readonly number[]): ColumnData => ({ storage: 'u32', values: Uint32Array.from(values) });
const u64 = (values: readonly bigint[]): ColumnData => ({ storage: 'u64', values: BigUint64Array.from(values) });
const i64 = (values: readonly bigint[]): ColumnData => ({ storage: 'i64', values: BigInt64Array.from(values) });
const bytes = (storage: 'bytes8' | 'bytes16', hex: readonly string[]): ColumnData => ({
  storage,
  values: Uint8Array.from(Buffer.from(hex.join(''), 'hex')),
});

function words(values: readonly string[]): ColumnData {
  const keys = [...new Set(values)];
  return { storage: 'dictionary', keys, indexes: Uint32Array.from(values, (value) => keys.indexOf(value)) };
}
