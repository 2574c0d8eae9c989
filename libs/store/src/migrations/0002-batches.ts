/** The ledger: one row per batch that was inserted, so that Σ rows can be compared with count(), and batches counted. */
import { expireAfter, type Migration, RAW_DAYS } from './migration.ts';

export const batches: Migration = {
  name: '0002-batches',
  statements: (database) => [
    `CREATE TABLE IF NOT EXISTS ${database}.batches (
  inserted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  agent LowCardinality(String),
  boot UInt64,
  family LowCardinality(String),
  kind LowCardinality(String),
  sequence UInt64 CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String),
  partition UInt32 CODEC(T64, ZSTD(1)),
  offset UInt64 CODEC(Delta(8), ZSTD(1)),
  rows UInt64 CODEC(T64, ZSTD(1))
) ENGINE = MergeTree
PARTITION BY toDate(inserted_at)
ORDER BY (agent, kind, boot, sequence)
${expireAfter(RAW_DAYS, 'inserted_at')}`,
  ],
};
