/** DDL of a table that batches of one kind fill, with the columns of TABLES. */
import { type BatchKind, TABLES } from '@mapscope/events';
import { columnDdl } from './column-ddl.ts';
import { expireAfter, RAW_DAYS } from './migration.ts';

export interface Storage {
  readonly engine: string;
  readonly partition: string;
  readonly order: string;
  readonly days: number;
  /** columns with a bloom filter */
  readonly blooms: readonly string[];
}

/** Raw rows, dropped by whole days. */
export const DAILY = { engine: 'MergeTree', partition: 'toDate(ts)', days: RAW_DAYS } as const;

export function createProbeTable(database: string, kind: BatchKind, storage: Storage): string {
  const { engine, partition, order, days, blooms } = storage;
  const lines = [
    ...TABLES[kind].map(columnDdl),
    ...blooms.map((column) => `INDEX ${column}_bloom \`${column}\` TYPE bloom_filter(0.01) GRANULARITY 1`),
  ];
  return `CREATE TABLE IF NOT EXISTS ${database}.\`${kind}\` (
  ${lines.join(',\n  ')}
) ENGINE = ${engine}
PARTITION BY ${partition}
ORDER BY (${order})
${expireAfter(days, 'ts')}`;
}
