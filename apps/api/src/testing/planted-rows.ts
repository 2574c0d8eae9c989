/** Rows of the probe tables as an agent's blocks, from what a test plants; for tests over the real engine. */
import {
  BINDINGS,
  encodeNativeBlock,
  LOCK_KINDS,
  REQUEST_ENDS,
  TABLES,
  TRACE_SOURCES,
  type BatchKind,
  type ColumnData,
} from '@mapscope/events';
import type { Planted } from './planted-evidence.ts';

const PLATFORM = 'arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.18';
export const AGENT = 'a'.repeat(32);

type Cell = bigint | number | string;
export type PlantedRow = Readonly<Record<string, Cell>>;

const bytes = (hex: readonly Cell[]): Uint8Array => new Uint8Array(Buffer.from(hex.join(''), 'hex'));

/** One value per row into the array its column's type asks for; only what these two tables need. */
function column(type: string, cells: readonly Cell[]): ColumnData {
  const numbers = () => cells.map(Number);
  switch (type) {
    case 'UInt8':
      return { storage: 'u8', values: Uint8Array.from(numbers()) };
    case 'UInt32':
      return { storage: 'u32', values: Uint32Array.from(numbers()) };
    case 'UInt64':
      return { storage: 'u64', values: BigUint64Array.from(cells, (cell) => BigInt(cell)) };
    case "DateTime64(9, 'UTC')":
      return { storage: 'i64', values: BigInt64Array.from(cells, (cell) => BigInt(cell)) };
    case 'FixedString(8)':
      return { storage: 'bytes8', values: bytes(cells) };
    case 'FixedString(16)':
      return { storage: 'bytes16', values: bytes(cells) };
    case 'LowCardinality(String)': {
      const keys = [...new Set(cells.map(String))];
      return { storage: 'dictionary', keys, indexes: Uint32Array.from(cells, (cell) => keys.indexOf(String(cell))) };
    }
    case 'String':
      return { storage: 'strings', values: cells.map(String) };
    case 'Map(String, String)':
      return { storage: 'maps', values: cells.map(() => ({ keys: ['http.route'], values: ['/order'] })) };
    case 'Array(String)':
      return { storage: 'stringArrays', values: cells.map(() => []) };
    case "Array(DateTime64(9, 'UTC'))":
      return { storage: 'i64Arrays', values: cells.map(() => []) };
    case 'Array(Map(String, String))':
      return { storage: 'mapArrays', values: cells.map(() => []) };
    default:
      throw new Error(`no such type here: ${type}`);
  }
}

export function block(kind: BatchKind, rows: readonly PlantedRow[]): Uint8Array {
  const columns = TABLES[kind].map(({ name, type }) => {
    const cells = rows.map(
      (row) => row[name] ?? (type.startsWith('FixedString') ? '00'.repeat(type === 'FixedString(8)' ? 8 : 16) : 0),
    );
    return [name, column(type, cells)] as const;
  });
  return encodeNativeBlock(TABLES[kind], rows.length, Object.fromEntries(columns));
}

export const proof = { service: 'order', platform: PLATFORM, agent: AGENT, batch_seq: 1n, pid: 4711 };

export const requestRow = (one: Planted): PlantedRow => ({
  ...proof,
  ts: one.startUnixNanos,
  method: 'POST',
  route: '/order',
  duration_ns: BigInt(one.durationNanos),
  trace_id: one.traceId,
  span_id: '00f067aa0ba902b7',
  trace_source: TRACE_SOURCES.traceparent,
  end: REQUEST_ENDS.finished,
  goid: 7n,
});

export const waitRow = (one: Planted): PlantedRow => ({
  ...proof,
  ts: one.startUnixNanos + 1_000_000n,
  lock_kind: LOCK_KINDS.rwmutex_read,
  lock_addr: 0xc000010000n,
  wait_ns: BigInt(one.waitNanos),
  trace_id: one.traceId,
  binding: BINDINGS.exact,
  waiter_goid: 7n,
  holder_goid: 5n,
  waiter_function: 'main.(*Cache).Get',
  waiter_file: 'cache.go',
  waiter_line: 42,
  holder_function: 'main.(*Cache).Rebuild',
  holder_file: 'cache.go',
  holder_line: 88,
});

export const spanRow = (traceId: string, spanId: string, parentSpanId: string, startUnixNanos: bigint): PlantedRow => ({
  ...proof,
  Timestamp: startUnixNanos,
  TraceId: traceId,
  SpanId: spanId,
  ParentSpanId: parentSpanId,
  SpanName: 'POST /order',
  SpanKind: 'Server',
  ServiceName: 'order',
  Duration: 9_000_000n,
  StatusCode: 'Error',
});
