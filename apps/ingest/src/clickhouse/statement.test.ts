import { expect, test } from 'vitest';
import { blankQuoted } from './quoted.ts';
import { classify, finishChange, finishRead, insertFromFile } from './statement.ts';

test('quoted text is blanked at its place, whatever it holds', () => {
  expect(blankQuoted("SELECT 'it\\'s INTO OUTFILE', `a\\`b`, x")).toBe('SELECT ····················, ······, x');
});

test.each([
  ['SELECT 1', 'read'],
  ['WITH x AS (SELECT 1) SELECT * FROM x', 'read'],
  ['SHOW TABLES', 'read'],
  ["SELECT ' INTO OUTFILE ', ` FROM INFILE `", 'read'],
  ['CREATE TABLE t (`a` Int8) ENGINE = Memory', 'change'],
  ['CREATE MATERIALIZED VIEW v TO t AS SELECT 1 AS a', 'change'],
  ['INSERT INTO t SELECT 1', 'change'],
  ['INSERT INTO t (a) FORMAT Native', 'insert'],
])('%s is a %s', (text, kind) => {
  expect(classify(text).kind).toBe(kind);
});

test.each([
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  "EXPLAIN AST SELECT 1 INTO OUTFILE '/tmp/x'",
  "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
  'CREATE TABLE x (`a` Int8) ENGINE = Memory PARALLEL WITH DROP TABLE y',
  'SET a = 1',
  'USE system',
  'SYSTEM FLUSH LOGS',
  'CREATE TEMPORARY TABLE t (`a` Int8)',
  'CREATE DICTIONARY d (`a` Int8)',
  'CREATE USER u',
  'GRANT SELECT ON *.* TO x',
  'EXECUTE AS x SELECT 1',
  'ATTACH TABLE t',
  'KILL QUERY WHERE 1',
])('%s is refused', (text) => {
  expect(() => classify(text)).toThrow('refused');
});

test('an insert becomes an insert from a file, with the settings of text and request', () => {
  const insert = classify(
    "INSERT INTO db.t (a, `we SETTINGS x`) SETTINGS insert_deduplication_token = 'a FORMAT b' FORMAT Native",
  );
  if (insert.kind !== 'insert') throw new Error('not an insert');
  expect(insertFromFile(insert, '/dev/shm/x', 'max_threads = 1')).toBe(
    "INSERT INTO db.t (a, `we SETTINGS x`) FROM INFILE '/dev/shm/x' SETTINGS insert_deduplication_token = 'a FORMAT b', max_threads = 1 FORMAT Native",
  );
});

test.each([
  ['SELECT 1', '', 'SELECT 1 FORMAT TabSeparated', 'TabSeparated'],
  ['SELECT 1', 'a = 1', 'SELECT 1 FORMAT TabSeparated SETTINGS a = 1', 'TabSeparated'],
  ['SELECT 1 SETTINGS b = 2', 'a = 1', 'SELECT 1 SETTINGS b = 2 FORMAT TabSeparated SETTINGS a = 1', 'TabSeparated'],
  ['SELECT 1 FORMAT JSON', 'a = 1', 'SELECT 1 FORMAT JSON SETTINGS a = 1', 'JSON'],
  ['SELECT 1 FORMAT `Null`', '', 'SELECT 1 FORMAT `Null`', 'Null'],
  [
    "SELECT 1 FORMAT JSON SETTINGS b = ' FORMAT x'",
    'a = 1',
    "SELECT 1 FORMAT JSON SETTINGS b = ' FORMAT x', a = 1",
    'JSON',
  ],
  ["SELECT ' FORMAT CSV'", '', "SELECT ' FORMAT CSV' FORMAT TabSeparated", 'TabSeparated'],
])('%s with settings "%s" becomes %s', (text, settings, sql, format) => {
  const { head, tail, format: found } = finishRead(text, 'TabSeparated', settings);
  expect([`${head}${tail}`, found]).toEqual([sql, format]);
  expect(tail).toMatch(/^ FORMAT /);
});

test('settings of statements without rows end with the statement', () => {
  expect(finishChange('DROP TABLE t', 'a = 1')).toBe('DROP TABLE t FORMAT Null SETTINGS a = 1');
  expect(finishChange('INSERT INTO t SELECT 1', 'a = 1')).toBe('INSERT INTO t SELECT 1 SETTINGS a = 1');
  expect(() => finishChange('INSERT INTO t SELECT 1 SETTINGS b = 1', 'a = 1')).toThrow('one place');
});
