import { TABLES } from '@mapscope/events';
import { expect, test } from 'vitest';
import { codecOf, columnDdl } from './column-ddl.ts';
import { MIGRATIONS, quotedDatabase } from './migrate.ts';

test.each([
  ['ts', "DateTime64(9, 'UTC')", 'Delta(8), ZSTD(1)'],
  ['wait_ns', 'UInt64', 'T64, ZSTD(1)'],
  ['waiter_line', 'UInt32', 'T64, ZSTD(1)'],
  ['ring_submitted', 'UInt64', 'T64, ZSTD(1)'],
  ['waiter_goid', 'UInt64', 'ZSTD(1)'],
  ['lock_addr', 'UInt64', 'ZSTD(1)'],
  ['trace_id', 'FixedString(16)', 'ZSTD(1)'],
] as const)('%s %s is stored as %s', (name, type, codec) => {
  expect(codecOf({ name, type })).toBe(codec);
});

test('a column is quoted and keeps the type of TABLES', () => {
  expect(columnDdl(TABLES.http_requests[0])).toBe("`ts` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1))");
});

test('migrations are numbered in their order', () => {
  expect(MIGRATIONS.map(({ name }) => name.slice(0, 4))).toEqual(
    MIGRATIONS.map((_, i) => String(i + 1).padStart(4, '0')),
  );
});

test.each(['', 'a b', '1a', 'a`b', 'a;b', 'x'.repeat(65)])('"%s" is no database name', (name) => {
  expect(() => quotedDatabase(name)).toThrow('letters, digits');
});
