/**
 * Question: how close is turning typed arrays into a Kafka value (Native block, header, crc32c) to copying the bytes once?
 * Fair: both sides handle the same bytes in the same run; the copy is the least that any encoder must do.
 */
import { encodeBatch, encodeNativeBlock, parseAgentId, TABLES, type ColumnData } from '@mapscope/events';
import { metric, ratios, timeRuns, type Suite } from '../measure.ts';

const ROWS = 50_000;

/** Plausible lock waits: few sites, many times. */
function columns(): Record<string, ColumnData> {
  const made: Record<string, ColumnData> = {};
  for (const { name, type } of TABLES.lock_waits) made[name] = column(type);
  return made;
}

function column(type: (typeof TABLES.lock_waits)[number]['type']): ColumnData {
  switch (type) {
    case 'UInt8':
      return { storage: 'u8', values: new Uint8Array(ROWS).fill(1) };
    case 'UInt32':
      return { storage: 'u32', values: Uint32Array.from({ length: ROWS }, (_, i) => i) };
    case 'UInt64':
      return { storage: 'u64', values: BigUint64Array.from({ length: ROWS }, (_, i) => BigInt(i * 7919)) };
    case "DateTime64(9, 'UTC')":
      return { storage: 'i64', values: BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(i) * 1000n) };
    case 'FixedString(8)':
      return { storage: 'bytes8', values: new Uint8Array(ROWS * 8).fill(7) };
    case 'FixedString(16)':
      return { storage: 'bytes16', values: new Uint8Array(ROWS * 16).fill(9) };
    case 'LowCardinality(String)':
      return {
        storage: 'dictionary',
        keys: Array.from({ length: 20 }, (_, i) => `main.(*Cache).Get${i}`),
        indexes: Uint32Array.from({ length: ROWS }, (_, i) => i % 20),
      };
  }
}

export const encodeSuite: Suite = {
  name: 'encode',
  question: 'typed arrays → Kafka value (50 000 lock waits), against one copy of the same bytes',
  run: async () => {
    const data = columns();
    const header = {
      kind: 'lock_waits',
      agent: parseAgentId('0123456789abcdef0123456789abcdef'),
      boot: 1n,
      family: 'lock_waits',
      sequence: 1n,
      service: 'order',
      platform: 'arch=amd64',
      rows: ROWS,
      firstUnixNanos: 0n,
      lastUnixNanos: 1n,
      ringSubmitted: 0n,
      ringLost: 0n,
    } as const;
    const encode = (): Uint8Array => encodeBatch(header, encodeNativeBlock(TABLES.lock_waits, ROWS, data));
    const value = encode();
    const encoding = await timeRuns(encode);
    const copying = await timeRuns(() => value.slice());
    const metrics = [
      metric({
        name: 'encode_rows_per_second',
        unit: 'rows/s',
        better: 'higher',
        runs: encoding.map((seconds) => ROWS / seconds),
      }),
      metric({ name: 'encode_over_copy', unit: 'ratio', better: 'lower', runs: ratios(encoding, copying) }),
      metric({ name: 'encode_bytes_per_row', unit: 'bytes', better: 'lower', runs: [value.length / ROWS] }),
    ];
    return { metrics };
  },
};
