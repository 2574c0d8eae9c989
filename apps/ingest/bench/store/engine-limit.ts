/**
 * Question: what does the engine itself do with the same blocks? Into the same tables with the same roll-ups, from a file in
 * memory, by its own library in its own process, with as many inserts at once as the role `clickhouse` runs (2), 100 000
 * rows each, back to back, merges going on. Nothing of ours is between: no Kafka, no HTTP, no checks. Prints one JSON object.
 *
 * One argument, JSON: { dataDir, spoolDir, seconds }; the data directory has had the migrations, database `mapscope`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';
import { FAMILIES, ROWS, makeBlocks } from './blocks.ts';

interface Asked {
  readonly dataDir: string;
  readonly spoolDir: string;
  readonly seconds: number;
}

const AT_ONCE = 2;
const BLOCKS_AN_INSERT = 5;
const FILES_A_KIND = 2;

// The argument is written by infra/bench/suites/store.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
mkdirSync(asked.spoolDir, { recursive: true });
const files = writeFiles();
const sessions = Array.from(
  { length: AT_ONCE },
  () => new Session(asked.dataDir, { connectionArgs: [`--config-file=${join(asked.dataDir, 'mapscope-engine.xml')}`] }),
);
let inserts = 0;
const started = performance.now();
const before = process.cpuUsage();
await Promise.all(sessions.map(insertAll));
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
for (const session of sessions) session.close();
rmSync(asked.spoolDir, { recursive: true });
const rows = inserts * BLOCKS_AN_INSERT * ROWS;
process.stdout.write(`${JSON.stringify({ rows, seconds, cpuSeconds: (user + system) / 1e6 })}\n`);

function writeFiles(): readonly { readonly table: string; readonly path: string }[] {
  const made = makeBlocks(BLOCKS_AN_INSERT * FILES_A_KIND, BigInt(Date.now()) * 1_000_000n);
  return Array.from({ length: FILES_A_KIND }).flatMap((_, file) =>
    FAMILIES.map((_family, i) => {
      const ofKind = made.filter((_block, at) => at % FAMILIES.length === i);
      const blocks = ofKind.slice(file * BLOCKS_AN_INSERT, (file + 1) * BLOCKS_AN_INSERT);
      const table = blocks[0]?.kind ?? '';
      const path = join(asked.spoolDir, `${table}-${file}.native`);
      writeFileSync(path, Buffer.concat(blocks.map(({ block }) => block)));
      return { table, path };
    }),
  );
}

async function insertAll(session: Session): Promise<void> {
  while (performance.now() - started < asked.seconds * 1000) {
    const file = files[inserts % files.length];
    if (file === undefined) return;
    const token = `limit-${inserts++}`;
    const settings = `insert_deduplication_token='${token}', deduplicate_blocks_in_dependent_materialized_views=1, min_insert_block_size_rows=1000000000, min_insert_block_size_bytes=4000000000, max_insert_threads=1`;
    await session.queryAsync(
      `INSERT INTO mapscope.${file.table} FROM INFILE '${file.path}' SETTINGS ${settings} FORMAT Native`,
      { format: 'TabSeparated' },
    );
  }
}
