/** What a statement cannot reach on the real engine: files, hosts, other programs, the engine's own tables. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRolePlace, type RolePlace } from './testing/role-place.ts';

let place: RolePlace;
beforeAll(async () => {
  place = await openRolePlace();
  await place.ask('CREATE TABLE canary (a UInt64, s String) ENGINE = MergeTree ORDER BY a');
  await place.ask("INSERT INTO canary SELECT number, 'canary' FROM numbers(3)");
});
afterAll(() => place[Symbol.asyncDispose]());

/** FILE: the canary file; NEW: a path that is not there; HOST: nobody listens. */
const fill = (statement: string): string =>
  statement
    .replaceAll('FILE', place.canaryFile)
    .replaceAll('NEW', join(place.home, 'canary', 'new'))
    .replaceAll('HOST', '127.0.0.1:1');

const READS = [
  "SELECT 1 INTO OUTFILE 'FILE' TRUNCATE",
  "SELECT 1 INTO OUTFILE 'NEW' FORMAT CSV",
  "SELECT 1 INTO OUTFILE 'FILE' APPEND",
  "EXPLAIN SELECT 1 INTO OUTFILE 'NEW'",
  "SHOW TABLES INTO OUTFILE 'NEW'",
  "EXISTS TABLE canary INTO OUTFILE 'NEW'",
  "SELECT 1 UNION ALL SELECT 2 INTO OUTFILE 'NEW'",
  "SELECT file('FILE')",
  "SELECT `file`('FILE')",
  "SELECT * APPLY file FROM (SELECT 'FILE')",
  "SELECT * APPLY(x -> file(x)) FROM (SELECT 'FILE')",
  "SELECT * FROM file('FILE', 'CSV')",
  'SELECT * FROM `FILE`',
  "SELECT * FROM 'FILE'",
  "DESCRIBE TABLE file('FILE')",
  "SELECT * FROM format(JSONEachRow, 'a Int8, b String DEFAULT file(\\'FILE\\')', '{\"a\":1}')",
  "SELECT b FROM values('a Int8, b String ALIAS file(\\'FILE\\')', 1)",
  "SELECT b FROM generateRandom('a Int8, b String ALIAS file(\\'FILE\\')') LIMIT 1",
  "SELECT * FROM url('http://HOST/x', 'CSV', 'a String')",
  "SELECT * FROM s3('http://HOST/b/x', 'CSV', 'a String')",
  "SELECT * FROM remote('HOST', 'default', 'canary')",
  "SELECT * FROM cluster('default', system.one)",
  "SELECT * FROM mysql('HOST', 'd', 't', 'u', 'p')",
  "SELECT * FROM postgresql('HOST', 'd', 't', 'u', 'p')",
  "SELECT * FROM sqlite('NEW', 't')",
  "SELECT * FROM executable('x.sh', 'TSV', 'a String')",
  "SELECT * FROM deltaLake('http://HOST/b/x/')",
  "SELECT * FROM icebergLocal('NEW')",
  "SELECT * FROM view(SELECT * FROM file('FILE'))",
  "SELECT * FROM eval('SELECT 1')",
  "SELECT catboostEvaluate('FILE', 1)",
  'SELECT 1 AS a FORMAT Protobuf',
  'SELECT 1 AS a FORMAT ProtobufList',
  "SELECT 1 AS a FORMAT Protobuf SETTINGS output_format_schema = 'NEW'",
  "SELECT 1 AS a FORMAT Protobuf SETTINGS format_schema = 'FILE:M'",
  "SELECT 1 AS a FORMAT Template SETTINGS format_template_row = 'FILE'",
  "SELECT 1 SETTINGS input_format_record_errors_file_path = 'NEW'",
  'SELECT 1 SETTINGS readonly = 0',
  'SELECT addressToLine(1) SETTINGS allow_introspection_functions = 1',
  'SELECT 1; DROP TABLE canary',
  'SELECT 1; SELECT 2',
  'SELECT 1 PARALLEL WITH SELECT 2',
];

const CHANGES = [
  "CREATE TABLE x (a String) ENGINE = File(CSV, 'FILE')",
  "CREATE TABLE x (a String) ENGINE = URL('http://HOST/')",
  "CREATE TABLE x (a String) ENGINE = SQLite('NEW', 't')",
  "CREATE TABLE x AS file('FILE')",
  'CREATE TABLE x (a Int8) ENGINE = StripeLog',
  "CREATE TABLE x (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = 'local', path = 'NEW/')",
  "CREATE TABLE x (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = object_storage, object_storage_type = 'local', metadata_type = 'local', path = 'NEW/')",
  "CREATE TABLE x (a Int8, b String DEFAULT file('FILE')) ENGINE = Memory",
  "CREATE VIEW x AS SELECT * FROM file('FILE', 'CSV', 'a String')",
  "CREATE VIEW x SQL SECURITY NONE AS SELECT * FROM file('FILE', 'CSV', 'a String')",
  "CREATE DATABASE x ENGINE = SQLite('NEW')",
  "CREATE DATABASE x ENGINE = Filesystem('/')",
  "CREATE DATABASE x ENGINE = Backup('x', File('NEW'))",
  "CREATE DATABASE x ENGINE = MySQL('HOST', 'd', 'u', 'p')",
  "CREATE DICTIONARY x (a UInt64) PRIMARY KEY a SOURCE(FILE(path 'FILE' format 'CSV')) LAYOUT(FLAT()) LIFETIME(0)",
  'CREATE FUNCTION x AS (a) -> a',
  "CREATE NAMED COLLECTION x AS url = 'HOST'",
  'CREATE USER x',
  'GRANT ALL ON *.* TO default',
  "BACKUP TABLE canary TO File('NEW')",
  "RESTORE TABLE canary FROM File('NEW')",
  "ATTACH TABLE x FROM 'NEW' (a Int8) ENGINE = MergeTree ORDER BY a",
  'DETACH TABLE canary',
  "ALTER TABLE canary FREEZE WITH NAME 'x'",
  "ALTER TABLE canary FETCH PARTITION tuple() FROM '/x'",
  "ALTER TABLE canary MODIFY SETTING storage_policy = 'x'",
  "ALTER TABLE canary ADD COLUMN b String DEFAULT file('FILE')",
  "INSERT INTO canary FROM INFILE 'FILE' FORMAT CSV",
  "INSERT INTO FUNCTION file('NEW', 'CSV', 'a Int8') SELECT 1",
  "INSERT INTO FUNCTION remote('HOST', 'default', 'canary') SELECT 1, ''",
  "INSERT INTO canary SELECT 9, file('FILE')",
  "INSERT INTO canary SELECT * FROM input('a UInt64, s String') FORMAT CSV",
  "INSERT INTO canary VALUES (9, 'from a statement')",
  'CREATE TABLE system.x (a Int8) ENGINE = Memory',
  'DROP TABLE system.one',
  'DROP DATABASE system',
  'DROP DATABASE information_schema',
  'RENAME TABLE system.one TO default.one',
  'TRUNCATE TABLE system.one',
  'INSERT INTO system.one SELECT 1',
  'SYSTEM SHUTDOWN',
  'SYSTEM RELOAD CONFIG',
  'KILL QUERY WHERE 1',
  'SET max_threads = 1',
  'USE system',
  'EXECUTE AS x SELECT 1',
  'CREATE TEMPORARY TABLE x (a Int8)',
];

const state = async (): Promise<readonly unknown[]> => [
  await place.ask('SELECT * FROM canary ORDER BY a FORMAT CSV'),
  await place.ask("SELECT database, name FROM system.tables WHERE database != 'default' OR name != 'canary'"),
  await place.ask("SELECT name FROM system.columns WHERE table = 'canary'"),
  await place.ask('SHOW DATABASES'),
  place.files(),
];

test.each([...READS, ...CHANGES])('%s is refused by name, and nothing has changed', async (statement) => {
  const before = await state();
  const response = await place.post('/', fill(statement));
  const text = await response.text();
  const code = Number(response.headers.get('x-clickhouse-exception-code'));
  expect([response.status, code], text).toEqual([expect.any(Number), expect.any(Number)]);
  expect([400, 403, 404], text).toContain(response.status);
  expect(text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\) \\(version `, 's'));
  expect(text).not.toContain('secret of a file');
  expect(await state()).toEqual(before);
});

test('no SELECT makes or changes a file, its own spool and the data directory included', async () => {
  const outputs = (await place.ask('SELECT name FROM system.formats WHERE is_output')).trim().split('\n');
  const data = place.dataFiles();
  const around = place.files();
  for (const format of outputs) await (await place.post('/', `SELECT a, s FROM canary FORMAT ${format}`)).arrayBuffer();
  for (const statement of READS) await (await place.post('/', fill(statement))).arrayBuffer();
  await place.ask('SELECT number % 1000 AS k, count() FROM numbers(1000000) GROUP BY k ORDER BY k');
  expect(place.files()).toEqual(around);
  expect(place.dataFiles()).toEqual(data);
  expect(existsSync('new')).toBe(false);
});

test('what people need still passes', async () => {
  for (const statement of [
    "SELECT format('{}-{}', 'a', s), * APPLY toString FROM canary",
    'SELECT * FROM numbers(3) SETTINGS max_threads = 1',
    "SELECT count() FROM merge(default, '^canary$')",
    'EXPLAIN indexes = 1 SELECT * FROM canary WHERE a = 1',
    'SELECT * FROM system.settings LIMIT 1',
    'CREATE TABLE ok (a UInt64) ENGINE = ReplacingMergeTree ORDER BY a SETTINGS index_granularity = 128',
    'ALTER TABLE ok MODIFY SETTING merge_with_ttl_timeout = 10',
    "ALTER TABLE ok ADD COLUMN b LowCardinality(String) DEFAULT 'x' CODEC(ZSTD(1)), ADD INDEX i b TYPE bloom_filter(0.01)",
    'CREATE MATERIALIZED VIEW okv TO ok AS SELECT a FROM canary',
    'OPTIMIZE TABLE ok FINAL',
    'DROP TABLE okv',
    'DROP TABLE ok',
  ]) {
    await expect(place.ask(statement), statement).resolves.toEqual(expect.any(String));
  }
});
