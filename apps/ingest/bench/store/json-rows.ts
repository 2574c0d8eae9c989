/**
 * Question: what does the ordinary way do, at its documented best? Rows as objects, `insert` of the official client with
 * JSONEachRow, 100 000 rows at once, two inserts at a time, the same rows into the same tables of the same server. In its
 * favour: the objects are there already, no Kafka is read, nothing is checked or counted. Prints one JSON object.
 *
 * One argument, JSON: { clickhouseUrl, database, seconds }
 */
import { createClient } from '@clickhouse/client';
import type { ColumnData } from '@mapscope/events';
import { openStore } from '@mapscope/store';
import { KINDS, type MadeBlock, ROWS, makeBlock } from './blocks.ts';

interface Asked {
  readonly clickhouseUrl: string;
  readonly database: string;
  readonly seconds: number;
}

const AT_ONCE = 2;
const BLOCKS_AN_INSERT = 5;

// The argument is written by infra/bench/suites/store.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const store = await openStore({ url: asked.clickhouseUrl, database: asked.database });
await store.migrate();
const client = createClient({ url: asked.clickhouseUrl, database: asked.database, request_timeout: 120_000 });
const now = BigInt(Date.now()) * 1_000_000n;
const batches = KINDS.map((kind) => ({
  kind,
  rows: Array.from({ length: BLOCKS_AN_INSERT }, (_, i) =>
    makeBlock(kind, i, now - BigInt(i) * 1_000_000_000n),
  ).flatMap(rowsOf),
}));
let inserts = 0;
const started = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, insertAll));
const seconds = (performance.now() - started) / 1000;
await client.close();
await store.close();
process.stdout.write(`${JSON.stringify({ rows: inserts * BLOCKS_AN_INSERT * ROWS, seconds })}\n`);

async function insertAll(): Promise<void> {
  while (performance.now() - started < asked.seconds * 1000) {
    const batch = batches[inserts % batches.length];
    if (batch === undefined) return;
    await client.insert({ table: batch.kind, values: batch.rows, format: 'JSONEachRow' });
    inserts += 1;
  }
}

type Row = Record<string, string | number>;

function rowsOf({ columns }: MadeBlock): readonly Row[] {
  const cells = Object.entries(columns).map(([name, data]) => [name, cellOf(data)] as const);
  return Array.from({ length: ROWS }, (_, row) => Object.fromEntries(cells.map(([name, cell]) => [name, cell(row)])));
}

/** 64-bit integers and times as text, bytes as latin-1, as such rows are sent. */
function cellOf(data: ColumnData): (row: number) => string | number {
  switch (data.storage) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'f64':
      return (row) => data.values[row] ?? 0;
    case 'u64':
      return (row) => String(data.values[row]);
    case 'i64':
      return (row) =>
        `${(data.values[row] ?? 0n) / 1_000_000_000n}.${String((data.values[row] ?? 0n) % 1_000_000_000n).padStart(9, '0')}`;
    case 'dictionary':
      return (row) => data.keys[data.indexes[row] ?? 0] ?? '';
    case 'strings':
      return (row) => data.values[row] ?? '';
    case 'bytes8':
    case 'bytes16': {
      const width = data.storage === 'bytes8' ? 8 : 16;
      // ASCII, so that a byte is a byte in UTF-8 too.
      return (row) =>
        String.fromCharCode(...data.values.subarray(row * width, (row + 1) * width).map((byte) => 32 + (byte % 90)));
    }
    case 'stringArrays':
    case 'u32Arrays':
    case 'i64Arrays':
    case 'maps':
    case 'mapArrays':
    case 'spread':
    case 'default':
      throw new Error(`no rule for ${data.storage}: these kinds have none`);
  }
}
