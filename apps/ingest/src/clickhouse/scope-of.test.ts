import { expect, test } from 'vitest';
import { scopeOf } from './scope-of.ts';
import { classify } from './statement.ts';

test.each([
  ['SELECT 1', 'read'],
  ['SHOW TABLES', 'read'],
  ['INSERT INTO t FORMAT Native', 'ingest'],
  ['INSERT INTO t SELECT 1', 'ingest'],
  ['CREATE TABLE IF NOT EXISTS t (`a` Int8) ENGINE = Memory', 'ingest'],
  ['CREATE DATABASE IF NOT EXISTS d', 'ingest'],
  ['CREATE MATERIALIZED VIEW v TO t AS SELECT 1 AS a', 'ingest'],
  ['ALTER TABLE d.t (ADD COLUMN IF NOT EXISTS `a` Int8)', 'ingest'],
  ['ALTER TABLE d.t ADD COLUMN `a` Int8', 'ingest'],
  ['ALTER TABLE d.t (ADD COLUMN IF NOT EXISTS `a` SimpleAggregateFunction(max, UInt8))', 'ingest'],
  ['ALTER TABLE d.t ADD COLUMN `a` Int8,DROP COLUMN `b`', 'control'],
  ['ALTER TABLE d.v (MODIFY QUERY SELECT a, count() AS b FROM d.t GROUP BY a)', 'ingest'],
  ['ALTER TABLE d.v (MODIFY QUERY SELECT 1 AS a), (DROP COLUMN `b`)', 'control'],
  ['ALTER TABLE d.v MODIFY QUERY SELECT 1, DELETE WHERE 1', 'control'],
  ['ALTER TABLE d.v (MODIFY QUERY SELECT 1 AS a), (modify SETTING x = 1)', 'control'],
  ['ALTER TABLE t (ADD COLUMN `a` Int8), (DROP COLUMN `b`)', 'control'],
  ['ALTER TABLE t (DROP COLUMN `ADD COLUMN`)', 'control'],
  ['ALTER TABLE t (DELETE WHERE 1)', 'control'],
  ['CREATE OR REPLACE TABLE t (`a` Int8) ENGINE = Memory', 'control'],
  ['ALTER TABLE d.t (MODIFY SETTING non_replicated_deduplication_window = 10000)', 'ingest'],
  ['ALTER TABLE d.t MODIFY SETTING non_replicated_deduplication_window = 0, index_granularity = 1', 'control'],
  ['ALTER TABLE d.t (MODIFY SETTING index_granularity = 1)', 'control'],
  ['DROP TABLE t', 'control'],
  ['TRUNCATE TABLE t', 'control'],
  ['RENAME TABLE a TO b', 'control'],
  ['OPTIMIZE TABLE t', 'control'],
])('%s needs %s', (text, scope) => expect(scopeOf(classify(text))).toBe(scope));
