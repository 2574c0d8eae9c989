/**
 * Question: how many bytes on disk is an event, with its proof columns, marks and indexes? Real schema, rows of the workload
 * (src/generate), merged to one part a table; beside it the same rows in the collector exporter's schema and in a naive one.
 * And the recorded capture of the demo shop, where a request waits once: the least that order can do for it.
 * Prints one JSON object.
 *
 * One argument, JSON: { folder, rows, capture }
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';
import { type BatchKind, TABLES, decodeBatch, encodeNativeBlock } from '@mapscope/events';
import { schemaStatements } from '@mapscope/store';
import { type Family, FAMILIES, KIND_OF, makeWorkload } from '../../src/generate/workload.ts';
import { readCapture } from '../../src/replay/capture-file.ts';
import { exporterTable, intoExporter, intoNaive, naiveTable } from './schemas.ts';

interface Asked {
  readonly folder: string;
  /** of each kind */
  readonly rows: number;
  readonly capture: string;
}

const ROWS_A_BLOCK = 20_000;
const SERVICES = 4;
/** What a block spans: 10 000 events/s of a kind and service. */
const BLOCK_NANOS = 2_000_000_000n;
const AGENT = '0123456789abcdef0123456789abcdef';

// The argument is written by infra/bench/suites/storage.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const session = new Session(join(asked.folder, 'data'), {});
const run = (sql: string): string => session.query(sql, 'TabSeparatedRaw');

function insert(table: string, block: Uint8Array): void {
  const path = join(asked.folder, 'block.native');
  writeFileSync(path, block);
  run(`INSERT INTO ${table} FROM INFILE '${path}' FORMAT Native`);
}

function bytesPerRow(table: string, rows?: number): number {
  run(`OPTIMIZE TABLE ${table} FINAL`);
  const [database, name] = table.split('.');
  const answer = run(
    `SELECT sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active AND database = '${database}' AND table = '${name}'`,
  );
  const [bytes = 0, stored = 0] = answer.trim().split('\t').map(Number);
  return bytes / (rows ?? stored);
}

function fill(family: Family, firstUnixNanos: bigint): void {
  const kind = KIND_OF[family];
  const services = Array.from({ length: SERVICES }, (_, number) => makeWorkload(number, 1));
  for (let i = 0; i < asked.rows / ROWS_A_BLOCK; i++) {
    const from = firstUnixNanos + BigInt(Math.floor(i / SERVICES)) * BLOCK_NANOS;
    const drawn = services[i % SERVICES]?.draw(family, ROWS_A_BLOCK, {
      firstUnixNanos: from,
      nanos: Number(BLOCK_NANOS),
    });
    const proof = {
      agent: {
        storage: 'dictionary',
        keys: [`${i % SERVICES}${AGENT.slice(1)}`],
        indexes: new Uint8Array(ROWS_A_BLOCK),
      },
      batch_seq: { storage: 'u64', values: new BigUint64Array(ROWS_A_BLOCK).fill(BigInt(i)) },
    } as const;
    insert(`mapscope.${kind}`, encodeNativeBlock(TABLES[kind], ROWS_A_BLOCK, { ...drawn?.columns, ...proof }));
  }
}

function measure(kind: BatchKind): Readonly<Record<string, number>> {
  const from = `mapscope.${kind}`;
  const own = bytesPerRow(from);
  run(naiveTable('other.naive', kind));
  run(intoNaive(from, 'other.naive', kind));
  run(exporterTable('other.exporter'));
  run(
    kind === 'otel_traces'
      ? `INSERT INTO other.exporter SELECT * EXCEPT (platform, agent, batch_seq) FROM ${from}`
      : intoExporter(from, 'other.exporter', kind),
  );
  const found = { own, exporter: bytesPerRow('other.exporter'), naive: bytesPerRow('other.naive') };
  run('DROP TABLE other.naive');
  run('DROP TABLE other.exporter');
  return found;
}

/** The blocks of the recording, each as often as it was recorded. */
function captured(): number {
  run('TRUNCATE TABLE mapscope.lock_waits');
  for (const { value } of readCapture(readFileSync(asked.capture)).frames) {
    const { header, block } = decodeBatch(value);
    if (header.kind === 'lock_waits') insert('mapscope.lock_waits', block);
  }
  return bytesPerRow('mapscope.lock_waits');
}

for (const statement of schemaStatements('mapscope')) run(statement);
run('CREATE DATABASE other');
const HOUR_MILLIS = 3_600_000;
// One day's partition, away from its ends.
const midday = BigInt(Math.floor(Date.now() / (24 * HOUR_MILLIS)) * 24 * HOUR_MILLIS) * 1_000_000n;
const answer: Record<string, Readonly<Record<string, number>>> = {};
for (const family of FAMILIES) {
  fill(family, midday);
  answer[KIND_OF[family]] = measure(KIND_OF[family]);
}
const lookup = bytesPerRow('mapscope.otel_traces_trace_id_ts', asked.rows);
const rollups = {
  lock_waits: bytesPerRow('mapscope.contention_10s', asked.rows),
  http_requests: bytesPerRow('mapscope.latency_10s', asked.rows),
};
process.stdout.write(`${JSON.stringify({ tables: answer, lookup, rollups, captured: captured() })}\n`);
session.close();
