import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ClickHouseClient, ClickHouseLogLevel, createClient, TupleParam } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickhouseRole, startClickhouseRole } from './role.ts';

const home = mkdtempSync('/tmp/mapscope-role-');
const spoolDir = mkdtempSync('/dev/shm/mapscope-role-');
const log = { info: (): void => {}, warn: (): void => {} };
let role: ClickhouseRole;
let client: ClickHouseClient;

beforeAll(async () => {
  role = await startClickhouseRole({
    host: '127.0.0.1',
    port: 0,
    dataDir: join(home, 'data'),
    spoolDir,
    log,
    maxBodyBytes: 4 * 1024 * 1024,
    queueLimit: 8,
    queryConnections: 2,
    insertConnections: 1,
  });
  // The errors below are wanted.
  client = createClient({ url: role.url, log: { level: ClickHouseLogLevel.OFF } });
});

afterAll(async () => {
  await client.close();
  await role.close();
  expect(existsSync(spoolDir)).toBe(false);
  rmSync(home, { recursive: true });
});

const rows = async (query: string, parameters: Record<string, unknown> = {}): Promise<unknown[]> => {
  // 64-bit integers as text, so that none is rounded on the way.
  const clickhouse_settings = { output_format_json_quote_64bit_integers: 1 } as const;
  return (await client.query({ query, query_params: parameters, format: 'JSONEachRow', clickhouse_settings })).json();
};
const post = (
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${role.url}${path}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
const sent = (statement: string): string => `/?query=${encodeURIComponent(statement)}`;

const bodies = (): readonly string[] => readdirSync(spoolDir).filter((name) => name.startsWith('body-'));

test('ping answers, by path and by query, with or without credentials', async () => {
  expect(await (await fetch(`${role.url}/ping`)).text()).toBe('Ok.\n');
  expect(await client.ping()).toEqual({ success: true });
  expect(await client.ping({ select: true })).toEqual({ success: true });
});

test('types and parameters go through unharmed', async () => {
  const [row] = await rows(
    `SELECT {s:String} AS s, {n:UInt64} AS n, {a:Array(String)} AS a, {t:Tuple(UInt8, String)} AS t, {m:Map(String, UInt8)} AS m,
     {d:DateTime64(9, 'UTC')} AS d, {z:Nullable(String)} AS z, currentDatabase() AS db`,
    {
      s: `it's "a" \\ \n\n\t ; DROP TABLE x -- {s:String}`,
      n: 18446744073709551615n,
      a: ["it's", 'b\\c\n\n', ''],
      t: new TupleParam([1, "q'q"]),
      m: { "k'": 7 },
      d: '2026-11-20 10:00:00.123456789',
      z: null,
    },
  );
  expect(row).toEqual({
    s: `it's "a" \\ \n\n\t ; DROP TABLE x -- {s:String}`,
    n: '18446744073709551615',
    a: ["it's", 'b\\c\n\n', ''],
    t: [1, "q'q"],
    m: { "k'": 7 },
    d: '2026-11-20 10:00:00.123456789',
    z: null,
    db: 'default',
  });
});

test('parameterised queries at the same time do not see each other', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => rows('SELECT {n:UInt32} AS n', { n: i })));
  expect(answers).toEqual([0, 1, 2, 3].map((n) => [{ n }]));
});

test('the database of a request is its own', async () => {
  await client.command({ query: 'CREATE DATABASE `o ther`' });
  const other = createClient({ url: role.url, database: 'o ther' });
  const names = await Promise.all(
    [other, client, other].map(async (c) =>
      (await c.query({ query: 'SELECT currentDatabase() AS d', format: 'JSONEachRow' })).json(),
    ),
  );
  await other.close();
  expect(names).toEqual([[{ d: 'o ther' }], [{ d: 'default' }], [{ d: 'o ther' }]]);
  const missing = await post('/?database=nope', 'SELECT 1');
  expect([missing.status, missing.headers.get('x-clickhouse-exception-code')]).toEqual([404, '81']);
});

test.each([
  ['SELEC 1', 62, 400],
  ['SELECT * FROM nowhere', 60, 404],
  ['SELECT nofunction(1)', 46, 404],
  ['SELECT {x:UInt8}', 456, 400],
  ['SELECT 1; SELECT 2', 62, 400],
  ['SELECT 1; DROP TABLE victim', 62, 400],
  ["SELECT 1 INTO OUTFILE '/tmp/mapscope-outfile' TRUNCATE", 497, 403],
  ["SELECT * FROM file('/etc/passwd', 'LineAsString')", 497, 403],
  ["SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')", 497, 403],
  ["SELECT * FROM remote('127.0.0.1', 'default', 'victim')", 497, 403],
  ["CREATE TABLE f (a String) ENGINE = File(CSV, '/etc/passwd')", 497, 403],
  ["CREATE DATABASE f ENGINE = Filesystem('/etc')", 497, 403],
  ["INSERT INTO victim FROM INFILE '/etc/passwd' FORMAT LineAsString", 497, 403],
  ["INSERT INTO FUNCTION file('/tmp/x', 'CSV') SELECT 1", 497, 403],
  ['INSERT INTO victim VALUES (1)', 62, 400],
  ['INSERT INTO victim FORMAT CSV\n1\n\nDROP TABLE victim\nFORMAT CSV', 62, 400],
  ['SET max_threads = 1', 497, 403],
  ['SELECT 1 SETTINGS max_execution_time = 100000', 452, 400],
])('%s is answered by code %i and status %i', async (statement, code, status) => {
  await client.command({ query: 'CREATE TABLE IF NOT EXISTS victim (a UInt32) ENGINE = MergeTree ORDER BY a' });
  const response = await post('/', statement);
  const text = await response.text();
  expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([status, String(code)]);
  expect(text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: `));
  expect(text).not.toContain('formatQuery');
  expect(existsSync('/tmp/mapscope-outfile')).toBe(false);
  expect(await rows("SELECT count() AS n FROM system.tables WHERE name = 'victim'")).toEqual([{ n: '1' }]);
  await expect(client.command({ query: statement })).rejects.toMatchObject({ code: String(code) });
});

test('nothing of a failed query reaches the next one', async () => {
  for (const format of ['JSON', 'CSV']) {
    const halfWay = 'SELECT number, throwIf(number = 500000) FROM numbers(1000000)';
    const [early, late] = ['/?max_threads=1&wait_end_of_query=1', '/?max_threads=1'];
    expect((await post(early, `${halfWay} FORMAT ${format}`)).status).toBe(500);
    await expect(post(late, `${halfWay} FORMAT ${format}`).then((response) => response.text())).rejects.toThrow();
    for (let i = 0; i < 4; i++) expect(await (await post('/', 'SELECT 7')).text()).toBe('7\n');
  }
});

test('GET reads and nothing else; a foreign web page is refused', async () => {
  expect(await (await fetch(`${role.url}${sent('SELECT 1')}`)).text()).toBe('1\n');
  expect((await fetch(`${role.url}${sent('CREATE TABLE g (a Int8) ENGINE = Memory')}`)).status).toBe(403);
  expect((await post('/', 'SELECT 1', { Origin: 'http://evil.example' })).status).toBe(403);
});

test('settings act on their query and never stick', async () => {
  const limited = client.query({
    query: 'SELECT number FROM numbers(10)',
    clickhouse_settings: { max_result_rows: '5' },
  });
  await expect(limited).rejects.toMatchObject({ code: '396' });
  for (let i = 0; i < 4; i++) {
    await expect(
      rows("SELECT count() AS n FROM (SELECT number FROM numbers(10)) SETTINGS log_comment = 'x'"),
    ).resolves.toEqual([{ n: '10' }]);
    await expect(
      rows("SELECT getSetting('log_comment') AS c, getSetting('max_result_rows') > 5 AS m"),
    ).resolves.toEqual([{ c: '', m: 1 }]);
  }
  expect((await post('//', 'SELECT 1')).status).toBe(404);
  const refused = await post('/?readonly=0', 'SELECT 1');
  expect([refused.status, await refused.text()]).toEqual([404, expect.stringContaining('leave it out')]);
  await client.command({
    query: 'CREATE TABLE IF NOT EXISTS cs (a Int8) ENGINE = Memory',
    clickhouse_settings: { max_threads: 1, wait_end_of_query: 1 },
  });
});

test('a body becomes data whatever bytes it holds, and never SQL', async () => {
  await client.command({ query: 'CREATE TABLE bodies (s String) ENGINE = MergeTree ORDER BY s' });
  const evil = 'a\n\nDROP TABLE bodies;\n\n';
  await client.insert({ table: 'bodies', values: [{ s: evil }], format: 'JSONEachRow' });
  expect((await post(sent('INSERT INTO bodies FORMAT RawBLOB'), evil)).status).toBe(200);
  expect((await post(sent('INSERT INTO bodies VALUES'), "('v\n\n; DROP TABLE bodies')")).status).toBe(200);
  const csv = await post(sent('INSERT INTO bodies FORMAT CSV'), '"c"\n\nDROP TABLE bodies\n');
  expect(csv.status).toBe(200);
  const found = await rows('SELECT s FROM bodies ORDER BY s');
  expect(found).toEqual(
    expect.arrayContaining([{ s: evil }, { s: 'v\n\n; DROP TABLE bodies' }, { s: 'c' }, { s: 'DROP TABLE bodies' }]),
  );
  expect(bodies()).toEqual([]);
});

test('Native bytes come out as they are and go in as they came, with 0A0A in every row', async () => {
  await client.command({ query: 'CREATE TABLE native (a UInt16, s FixedString(4)) ENGINE = MergeTree ORDER BY a' });
  const source = "SELECT toUInt16(2570) AS a, toFixedString(unhex('0A0AFFFE'), 4) AS s FROM numbers(5000)";
  const bytes = Buffer.from(await (await post('/', `${source} FORMAT Native`)).arrayBuffer());
  expect(bytes.includes(Buffer.from('0a0afffe0a0afffe', 'hex'))).toBe(true);
  const { summary, stream } = await client.exec({
    query: 'INSERT INTO native FORMAT Native',
    values: Readable.from([bytes]),
  });
  stream.resume();
  expect(summary?.written_rows).toBe('5000');
  const again = Buffer.from(await (await post('/', 'SELECT a, s FROM native FORMAT Native')).arrayBuffer());
  expect(again.equals(bytes)).toBe(true);
});

test('the same deduplication token twice inserts once, in the text and in the URL', async () => {
  await client.command({
    query:
      'CREATE TABLE once (a UInt32) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
  });
  const text = sent("INSERT INTO once SETTINGS insert_deduplication_token='t-1' FORMAT JSONEachRow");
  const url = `${sent('INSERT INTO once FORMAT JSONEachRow')}&insert_deduplication_token=t-2`;
  for (const path of [text, text, url, url]) expect((await post(path, '{"a":1}')).status).toBe(200);
  for (const value of [1, 1]) await client.insert({ table: 'once', values: [{ a: value }], format: 'JSONEachRow' });
  expect(await rows('SELECT count() AS n FROM once')).toEqual([{ n: '3' }]);
});

test('compressed bodies are bounded by what they become', async () => {
  await client.command({ query: 'CREATE TABLE packed (s String) ENGINE = MergeTree ORDER BY s' });
  const path = sent('INSERT INTO packed FORMAT JSONEachRow');
  expect((await post(path, gzipSync('{"s":"x"}'), { 'Content-Encoding': 'gzip' })).status).toBe(200);
  const zipped = createClient({ url: role.url, compression: { request: true, response: true } });
  await zipped.insert({ table: 'packed', values: [{ s: 'y' }], format: 'JSONEachRow' });
  await zipped.close();
  expect(await rows('SELECT s FROM packed ORDER BY s')).toEqual([{ s: 'x' }, { s: 'y' }]);
  const bomb = await post(path, gzipSync(Buffer.alloc(32 * 1024 * 1024, 'a')), { 'Content-Encoding': 'gzip' });
  expect([bomb.status, await bomb.text()]).toEqual([413, expect.stringContaining('several inserts')]);
  const large = await post(path, Buffer.alloc(8 * 1024 * 1024, 'a'));
  expect([large.status, await large.text()]).toEqual([413, expect.stringContaining('4194304')]);
  const broken = await post(path, 'no gzip', { 'Content-Encoding': 'gzip' });
  expect([broken.status, broken.headers.get('x-clickhouse-exception-code')]).toEqual([400, '271']);
  expect(bodies()).toEqual([]);
});

test('an insert that cannot be read says so without saying where the body lay', async () => {
  const response = await post(sent('INSERT INTO packed FORMAT JSONEachRow'), 'garbage');
  const text = await response.text();
  expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([400, '27']);
  expect(text).not.toContain(spoolDir);
});

test('over the queue bound the answer is 503 with code 202, and later it works again', async () => {
  const slow = Array.from({ length: 16 }, () => post('/', 'SELECT sleep(0.1)'));
  const statuses = (await Promise.all(slow)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4);
  expect((await post('/', 'SELECT 1')).status).toBe(200);
});
