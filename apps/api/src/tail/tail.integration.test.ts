/** The live tail over the real engine: every row once across breaks, in whatever order batches arrive; GET changes nothing. */
import { encodeNativeBlock, TABLES, type BatchKind, type ColumnData, type ColumnType } from '@mapscope/events';
import type { TailedKind } from '@mapscope/store';
import { expect, inject, test } from 'vitest';
import { freshStore, isGiven, reason } from '../testing/engine-world.ts';
import { readEvents } from '../testing/read-events.ts';
import { runningApi } from '../testing/running-api.ts';

const url = inject('clickhouseUrl');
const AGENT = 'c0ffee'.padEnd(32, '1');
const NANOS_PER_MINUTE = 60_000_000_000n;

type Cells = (row: number) => string | bigint | number;

/** The first value of each type where a test gives none. */
function column(type: ColumnType, rows: number, cells: Cells): ColumnData {
  const all = Array.from({ length: rows }, (_, row) => cells(row));
  const isWide = type === 'FixedString(16)';
  if (isWide || type === 'FixedString(8)') {
    const hex = all
      .map((cell) =>
        BigInt(cell)
          .toString(16)
          .padStart(isWide ? 32 : 16, '0'),
      )
      .join('');
    return { storage: isWide ? 'bytes16' : 'bytes8', values: new Uint8Array(Buffer.from(hex, 'hex')) };
  }
  if (type === 'UInt8') return { storage: 'u8', values: Uint8Array.from(all, Number) };
  if (type === 'UInt32') return { storage: 'u32', values: Uint32Array.from(all, Number) };
  if (type === 'UInt64') return { storage: 'u64', values: BigUint64Array.from(all, BigInt) };
  if (type === "DateTime64(9, 'UTC')") return { storage: 'i64', values: BigInt64Array.from(all, BigInt) };
  if (type === 'LowCardinality(String)')
    return { storage: 'dictionary', keys: [String(all[0])], indexes: new Uint32Array(rows) };
  throw new Error(`no such type here: ${type}`);
}

function block(kind: BatchKind, rows: number, given: Readonly<Record<string, Cells>>): Uint8Array {
  const columns = TABLES[kind].map(({ name, type }): [string, ColumnData] => [
    name,
    column(type, rows, given[name] ?? (() => (type.startsWith('LowCardinality') ? name : 0))),
  ]);
  return encodeNativeBlock(TABLES[kind], rows, Object.fromEntries(columns));
}

const proof = (sequence: number) => ({ agent: () => AGENT, batch_seq: () => sequence, service: () => 'order' });

async function planted() {
  const { store, database } = await freshStore();
  const now = BigInt(Date.now()) * 1_000_000n;
  let made = 0;
  /** As a writer does: the rows, then the ledger. Times go back and forth, and half of the rows share one. */
  const add = async (kind: TailedKind, sequence: number, rows: number, ageMinutes = 0n): Promise<void> => {
    const first = made;
    made += rows;
    const ts = (row: number) => now - ageMinutes * NANOS_PER_MINUTE - BigInt(((first + row) >> 1) % 50) * 1_000_000n;
    const cells = {
      ...proof(sequence),
      ts,
      trace_id: (row: number) => first + row + 1,
      [kind === 'lock_waits' ? 'waiter_goid' : 'goid']: (row: number) => row,
      wait_ns: () => 2_500_000,
      lock_kind: () => 1,
    };
    const token = `${database}-${kind}-${sequence}`;
    await store.insertBlocks(kind, [block(kind, rows, cells)], token);
    const ledger = {
      agent: AGENT,
      boot: 1n,
      family: kind,
      kind,
      sequence: BigInt(sequence),
      topic: 't',
      partition: 0,
      offset: '1',
      rows,
    };
    await store.recordBatches([ledger], token);
  };
  const status = { ...proof(0), ts: () => now, family: () => 'lock_waits', state: () => 'attached' };
  await store.insertBlocks('agent_status', [block('agent_status', 1, status)], `${database}-status`);
  const clock = { unixNanos: () => now, monotonicNanos: () => process.hrtime.bigint() };
  const { get } = await runningApi({ store, clock });
  return { store, database, add, get, made: () => made };
}

/** Reads until so many events came, then breaks off; the id of the last is where to go on. */
async function take(get: Awaited<ReturnType<typeof planted>>['get'], query: string, after: string, count: number) {
  const stop = new AbortController();
  const headers = after === '' ? {} : { 'last-event-id': after };
  const response = await get(`/api/v1/events/tail${query}`, { signal: stop.signal, headers });
  const traces: string[] = [];
  let id = '';
  for await (const one of readEvents(response)) {
    id = one.id;
    if (one.event === 'skipped' || one.event === 'problem') throw new Error(`${one.event}: ${one.data}`);
    if (one.event !== '') traces.push((JSON.parse(one.data) as { traceId: string }).traceId);
    if (traces.length >= count) break;
  }
  stop.abort();
  return { traces, id };
}

test.skipIf(!isGiven)(`every row comes once across breaks inside batches, from now on${reason}`, async () => {
  const { add, get, made } = await planted();
  await add('lock_waits', 1, 40);
  const before = made();
  let { id } = await take(get, '?service=order', '', 0);
  const seen: string[] = [];
  const steps: readonly (readonly [TailedKind, number, number, bigint])[] = [
    ['lock_waits', 2, 30, 0n],
    ['http_requests', 1, 25, 0n],
    // Stored long after it began, and a sequence that misses one (a batch that was dropped).
    ['lock_waits', 4, 20, 90n],
    ['http_requests', 2, 1, 3000n],
  ];
  for (const [kind, sequence, rows, age] of steps) {
    await add(kind, sequence, rows, age);
    const part = await take(get, '?service=order', id, Math.ceil(rows / 3));
    seen.push(...part.traces);
    id = part.id;
  }
  seen.push(...(await take(get, '?service=order', id, made() - before - seen.length)).traces);
  expect(new Set(seen).size).toBe(seen.length);
  const wanted = Array.from({ length: made() - before }, (_, i) => (before + i + 1).toString(16).padStart(32, '0'));
  expect(seen.toSorted()).toEqual(wanted.toSorted());
});

test.skipIf(!isGiven)(`service and kind choose, and a wait comes with its numbers${reason}`, async () => {
  const { add, get, store } = await planted();
  const source = store.tail;
  const sinceUnixMillis = (await source.nowUnixMillis()) - 60_000;
  const { id } = await take(get, '?kind=lock_wait', '', 0);
  await add('http_requests', 1, 3);
  await add('lock_waits', 1, 2);
  expect((await take(get, '?kind=lock_wait', id, 2)).traces).toHaveLength(2);
  expect(await source.batches({ kinds: ['lock_waits'], service: "no'body", sinceUnixMillis }, [])).toEqual([]);
  const [batch] = await source.latest({ kinds: ['lock_waits'], service: 'order', sinceUnixMillis });
  if (batch === undefined) throw new Error('no batch');
  const rows = await source.rows([{ batch, from: 1, to: 2 }]);
  expect(rows).toMatchObject([
    { position: 2, waitNanos: 2_500_000, lockKind: 'mutex', waiter: { function: 'waiter_function' } },
  ]);
});

/** Every row of every table of the database. */
async function rowCounts(database: string): Promise<string> {
  const query =
    'SELECT table, sum(rows) FROM system.parts WHERE active AND database = {d:String} GROUP BY table ORDER BY table';
  return (await fetch(`${url}/?${new URLSearchParams({ query, param_d: database }).toString()}`)).text();
}

test.skipIf(!isGiven)(`no GET and no HEAD changes a row of the real tables${reason}`, async () => {
  const { add, get, database } = await planted();
  await add('lock_waits', 1, 10);
  await add('http_requests', 1, 10);
  const before = await rowCounts(database);
  expect(before).toContain('lock_waits\t10');
  const { paths } = (await (await get('/docs-json')).json()) as { readonly paths: Record<string, object> };
  for (const path of Object.keys(paths)) {
    for (const method of ['GET', 'HEAD']) {
      const stop = new AbortController();
      const filled = path.replace('{id}', 'ab'.repeat(16)).replace('{service}', 'order');
      const query = /contention|latency|root-causes/.test(path) ? '?service=order' : '';
      const { status } = await get(`${filled}${query}`, { method, signal: stop.signal });
      stop.abort();
      expect(status, `${method} ${path}`).toBeLessThan(500);
    }
  }
  expect(await rowCounts(database)).toEqual(before);
});
