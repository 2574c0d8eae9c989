import { expect, test } from 'vitest';
import { checkFence, checkFormatName } from './fence.ts';

const names = {
  tableFunctions: new Set([
    'numbers',
    'file',
    'url',
    's3',
    'format',
    'values',
    'generaterandom',
    'null',
    'newfunction',
  ]),
  formats: new Set(['csv', 'jsoneachrow']),
  tableSettings: new Set([
    'index_granularity',
    'disk',
    'storage_policy',
    'ttl_only_drop_parts',
    'non_replicated_deduplication_window',
  ]),
};

test.each([
  'SELECT number FROM numbers(10)',
  "SELECT 'file(1)', `file`, file FROM t",
  "SELECT format('{} {}', a, b), profile(1) FROM t",
  "SELECT * APPLY sum, * APPLY (x -> x + 1), COLUMNS('a') APPLY quantile(0.9) FROM t",
  "SELECT 1 SETTINGS max_threads = 1, log_comment = 'disk = 1' FORMAT JSON",
  'SELECT * FROM (SELECT 1 AS a SETTINGS max_threads = 1), t WHERE b = 2',
  'CREATE TABLE t (`a` Int8) ENGINE = MergeTree ORDER BY a SETTINGS index_granularity = 100, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 5',
  'CREATE TABLE t (`a` Int8) ENGINE = ReplacingMergeTree(v) ORDER BY a',
  "INSERT INTO t SETTINGS insert_deduplication_token = 'x' FORMAT Native",
  'ALTER TABLE t MODIFY SETTING index_granularity = 1, ADD COLUMN b Int8',
  'CREATE TABLE t (`a` Int8) ENGINE = `Null`',
  'CREATE DATABASE d ENGINE = Atomic',
])('%s passes', (text) => {
  expect(() => checkFence(text, names)).not.toThrow();
});

test.each([
  ["SELECT file('/etc/passwd')", 'function file'],
  ["SELECT `file`('/etc/passwd')", 'function file'],
  ['SELECT `fi\\le`(1)', 'function file'],
  ['SELECT * APPLY file FROM t', 'function file'],
  ['SELECT * APPLY `file` FROM t', 'function file'],
  ['SELECT * APPLY (x -> file(x)) FROM t', 'function file'],
  ["SELECT * FROM URL('http://x')", 'function URL'],
  ['SELECT * FROM newfunction()', 'function newfunction'],
  ["CREATE VIEW v AS SELECT * FROM s3('x')", 'function s3'],
  ["ALTER TABLE t ADD COLUMN `a` String DEFAULT file('x')", 'function file'],
  ["INSERT INTO FUNCTION null('a Int8') SELECT 1", 'function null'],
  ["SELECT * FROM format(JSONEachRow, 'a String ALIAS file(\\'x\\')', '{}')", 'function format'],
  ["SELECT * FROM format('CSV', 'a String', '1')", 'function format'],
  ['SELECT * FROM format(concat(a), b)', 'function format'],
  ["SELECT * FROM values('a String ALIAS file(\\'x\\')', 1)", 'function values'],
  ["CREATE TABLE t (`a` Int8) ENGINE = File(CSV, '/x')", 'engine File'],
  ['CREATE TABLE t (`a` Int8) ENGINE = Kafka', 'engine Kafka'],
  ['CREATE TABLE t (`a` Int8) ENGINE = `Kafka`', 'engine Kafka'],
  ["CREATE DATABASE d ENGINE = SQLite('/x')", 'engine SQLite'],
  ["CREATE DATABASE d ENGINE = Backup('x', File('/x'))", 'engine Backup'],
  ["SELECT 1 SETTINGS output_format_schema = '/x'", 'setting "output_format_schema"'],
  ["SELECT 1 SETTINGS max_threads = 1, input_format_record_errors_file_path = '/x'", 'input_format_record_errors'],
  ["SELECT 1 SETTINGS format_schema = '/x:M'", 'setting "format_schema"'],
  ["SELECT 1 SETTINGS format_template_row = '/x'", 'setting "format_template_row"'],
  ['SELECT 1 SETTINGS readonly = 0', 'setting "readonly"'],
  ['SELECT (SELECT 1 SETTINGS allow_introspection_functions = 1)', 'setting "allow_introspection_functions"'],
  ["CREATE TABLE t (`a` Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = 'web')", 'setting "disk"'],
  ["CREATE TABLE t (`a` Int8) ENGINE = MergeTree ORDER BY a SETTINGS storage_policy = 'x'", 'setting "storage_policy"'],
  ["ALTER TABLE t MODIFY SETTING disk = 'x'", 'setting "disk"'],
  ["SELECT 1 SETTINGS max_threads = {'a':1}", 'setting "max_threads'],
  ['SELECT 1 SETTINGS `readonly` = 0', 'setting "'],
  ['SELECT 1 SETTINGS max_threads = 1, a.b = 1, readonly = 0', 'setting "a'],
  ['SELECT 1 SETTINGS max_threads = 1e-3, readonly = 0', 'setting "max_threads"'],
  ["SELECT 1 SETTINGS max_threads = 'a', readonly = 0", 'setting "readonly"'],
])('%s is refused: %s', (text, words) => {
  expect(() => checkFence(text, names)).toThrow(words);
});

test('formats for which the engine writes a schema are refused', () => {
  for (const format of ['Protobuf', 'protobufList', '`ProtobufSingle`', 'CapnProto']) {
    expect(() => checkFormatName(format)).toThrow('use Native');
  }
  expect(() => checkFormatName('Native')).not.toThrow();
});
