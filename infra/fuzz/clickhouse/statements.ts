/**
 * Statements: whole ones, broken ones, and ones that would do harm if they ran. Only what must never run names the
 * database `kept`, so that a changed canary is always a hole. Pure; used by requests.ts.
 */
import * as fc from 'fast-check';

export const CANARY = 'kept.canary';

const READS = [
  'SELECT 1',
  'SELECT number, toString(number) FROM numbers(10)',
  'SELECT * FROM target ORDER BY n LIMIT 5',
  'SELECT count(), sum(n) FROM target WHERE s LIKE {p:String}',
  'SELECT {p:UInt32} + 1 AS a, {q:Array(String)} AS b',
  'SELECT \' INTO OUTFILE \', `FROM INFILE`, "x" FROM (SELECT 1 AS `FROM INFILE`, 2 AS x)',
  "WITH 1 AS a SELECT a, [1, 2, 3], (1, 'x'), map(1, 2) FORMAT JSONEachRow",
  "SELECT repeat('x', 1000) FROM numbers(5000)",
  'SELECT throwIf(number = 70000) FROM numbers(100000)',
  'SHOW TABLES',
  'DESCRIBE TABLE target',
  'EXISTS TABLE target',
  'EXPLAIN SELECT * FROM target',
  'SELECT name FROM system.tables FORMAT CSV',
  'SELECT 1 UNION ALL SELECT 2 SETTINGS max_threads = 1',
  'SELECT /* comment */ 1 -- end',
  'SELECT $$ heredoc ; $$',
];
const CHANGES = [
  'INSERT INTO target SELECT number, toString(number) FROM numbers(3)',
  'INSERT INTO target (n) SELECT 7',
  'CREATE TABLE IF NOT EXISTS made (a UInt8) ENGINE = MergeTree ORDER BY a',
  'DROP TABLE IF EXISTS made',
  'TRUNCATE TABLE target',
  'ALTER TABLE target ADD COLUMN IF NOT EXISTS extra UInt8',
  'OPTIMIZE TABLE target',
];

/** What would be seen: the canary table, a new table, a file. FILE is there, NEW is not. */
const HARM = [
  `DROP TABLE ${CANARY}`,
  `TRUNCATE TABLE ${CANARY}`,
  `INSERT INTO ${CANARY} VALUES (9, 'x')`,
  `INSERT INTO ${CANARY} SELECT 9, 'x'`,
  `ALTER TABLE ${CANARY} DELETE WHERE 1`,
  'DROP DATABASE kept',
];
const REACHES = [
  "SELECT 1 INTO OUTFILE 'FILE' TRUNCATE",
  "SELECT 1 INTO OUTFILE 'NEW'",
  "SELECT file('FILE')",
  "SELECT * FROM file('FILE', 'CSV')",
  "SELECT * FROM sqlite('NEW', 't')",
  "SELECT 1 AS a FORMAT Protobuf SETTINGS output_format_schema = 'NEW'",
  "SELECT * FROM numbers(3) SETTINGS input_format_record_errors_file_path = 'NEW'",
  "CREATE TABLE out (a Int8) ENGINE = File(CSV, 'NEW')",
  "CREATE TABLE out (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = 'local', path = 'NEW/')",
  "CREATE DATABASE out ENGINE = SQLite('NEW')",
  "INSERT INTO FUNCTION file('NEW', 'CSV', 'a Int8') SELECT 1",
  "INSERT INTO target FROM INFILE 'FILE' FORMAT CSV",
  "BACKUP TABLE target TO File('NEW')",
  'DROP TABLE system.one',
  'SYSTEM SHUTDOWN',
];
const BETWEEN = [
  ';',
  '; ',
  '\n;\n',
  ';--\n',
  ';/**/',
  '\n\n',
  ' PARALLEL WITH ',
  '\u0000;',
  ' FORMAT CSV\n\n',
  ' FORMAT Null;',
  '#\n;',
  "';",
  '`;',
  '$$;',
];

const TOKENS = [
  'SELECT',
  'FROM',
  'WHERE',
  'FORMAT',
  'SETTINGS',
  'INTO',
  'OUTFILE',
  'INFILE',
  'INSERT',
  'VALUES',
  'UNION ALL',
  'WITH',
  'AS',
  'APPLY',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '{p:String}',
  '{p:Identifier}',
  ',',
  ';',
  "'",
  '"',
  '`',
  '\\',
  '--',
  '/*',
  '*/',
  '#',
  '$$',
  '\n\n',
  '\u0000',
  '\u2028',
  '1e999',
  '-1',
  '0x',
  'NULL',
  "'FILE'",
  "'NEW'",
  'file(',
  'numbers(',
  'max_threads = 1',
  'readonly = 0',
  'ä',
  '🦊',
];

const valid = fc.constantFrom(...READS, ...CHANGES);

/** Pieces cut out, put in and doubled. */
const broken = fc
  .tuple(
    valid,
    fc.array(fc.tuple(fc.nat(300), fc.nat(12), fc.constantFrom('', ...TOKENS)), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [place, length, token]) => {
      const at = place % (now.length + 1);
      return `${now.slice(0, at)}${token}${now.slice(at + length)}`;
    }, text),
  );

const hidden = fc
  .tuple(fc.constantFrom(...READS), fc.constantFrom(...BETWEEN), fc.constantFrom(...HARM, ...REACHES))
  .map(([first, between, second]) => `${first}${between}${second}`);

export const statement: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: valid },
  { weight: 5, arbitrary: broken },
  { weight: 3, arbitrary: hidden },
  { weight: 2, arbitrary: fc.constantFrom(...REACHES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

/** Text that is data or a value, never a statement: it may name anything. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'a', "'", '"', "')", '\\', '\n\n', '\r\n\r\n', '\u0000'),
      fc.constantFrom(...BETWEEN),
      fc.constantFrom(...HARM),
    )
    .map(([start, between, end]) => `${start}${between}${end};\n\n`),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.array(fc.constantFrom(...TOKENS), { maxLength: 12 }).map((tokens) => tokens.join(' ')),
);
