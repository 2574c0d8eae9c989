/** The official client speaks to this role as to a server: every call of its, over the real engine. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRolePlace, type RolePlace } from './testing/role-place.ts';

let place: RolePlace;
let client: ClickHouseClient;
beforeAll(async () => {
  place = await openRolePlace();
  // The errors below are wanted.
  client = createClient({ url: place.role.url, log: { level: ClickHouseLogLevel.OFF } });
  await client.command({ query: 'CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n' });
});
afterAll(async () => {
  await client.close();
  await place[Symbol.asyncDispose]();
});

const ROWS = [
  { n: 1, s: "it's\n\n; DROP TABLE t" },
  { n: 2, s: 'ä "quoted"\t\\' },
];

test.each([
  'JSONEachRow',
  'JSON',
  'JSONCompact',
  'JSONCompactEachRow',
  'JSONStringsEachRow',
  'JSONObjectEachRow',
] as const)('query as %s gives rows', async (format) => {
  const result = await client.query({ query: 'SELECT number AS n FROM numbers(3)', format });
  expect(JSON.stringify(await result.json())).toMatch(/0.*1.*2/s);
  expect(result.query_id).toMatch(/^[0-9a-f-]{36}$/);
});

test.each(['CSV', 'CSVWithNames', 'TabSeparated', 'CustomSeparated'] as const)(
  'query as %s gives text',
  async (format) => {
    const result = await client.query({ query: 'SELECT number AS n FROM numbers(3)', format });
    expect((await result.text()).trim().split('\n').at(-1)).toBe('2');
  },
);

test('a stream gives every row once, in order, in pieces', async () => {
  const result = await client.query({ query: 'SELECT number AS n FROM numbers(300000)', format: 'JSONEachRow' });
  let [next, pieces] = [0, 0];
  for await (const rows of result.stream<{ n: string | number }>()) {
    pieces += 1;
    for (const row of rows) expect(Number(row.json().n)).toBe(next++);
  }
  expect([next, pieces > 3]).toEqual([300_000, true]);
});

test('a stream that is left early leaves the client and the role usable', async () => {
  for (let i = 0; i < 5; i++) {
    const result = await client.query({ query: 'SELECT number AS n FROM numbers(4000000)', format: 'JSONEachRow' });
    for await (const rows of result.stream()) if (rows.length > 0) break;
    result.close();
  }
  expect(await (await client.query({ query: 'SELECT 7', format: 'CSV' })).text()).toBe('7\n');
});

const META = [
  { name: 'n', type: 'UInt32' },
  { name: 's', type: 'String' },
];
const INSERTS: readonly (readonly [string, Parameters<ClickHouseClient['insert']>[0]])[] = [
  ['JSONEachRow of objects', { table: 't', format: 'JSONEachRow', values: ROWS }],
  ['JSONEachRow of a stream', { table: 't', format: 'JSONEachRow', values: Readable.from(ROWS) }],
  ['JSONCompactEachRow', { table: 't', format: 'JSONCompactEachRow', values: ROWS.map(({ n, s }) => [n, s]) }],
  ['JSON', { table: 't', format: 'JSON', values: { meta: META, data: ROWS } }],
  ['some columns', { table: 't', format: 'JSONEachRow', values: ROWS, columns: ['n', 's'] }],
];

test.each(INSERTS)('insert of %s', async (_name, params) => {
  await client.command({ query: 'TRUNCATE TABLE t' });
  const { executed, summary, query_id } = await client.insert(params);
  expect([executed, summary?.written_rows, query_id.length]).toEqual([true, '2', 36]);
  const found = await client.query({ query: 'SELECT n, s FROM t ORDER BY n', format: 'JSONEachRow' });
  expect(await found.json()).toEqual(ROWS);
});

test.each(['Native', 'Parquet', 'RowBinary', 'CSV', 'TSV', 'Arrow', 'ORC', 'Avro', 'MsgPack', 'Values'])(
  'bytes of %s go in as they came out',
  async (format) => {
    await client.command({ query: 'TRUNCATE TABLE t' });
    await client.insert({ table: 't', format: 'JSONEachRow', values: ROWS });
    const out = await client.exec({ query: `SELECT n, s FROM t ORDER BY n FORMAT ${format}` });
    const bytes = await buffer(out.stream);
    await client.command({ query: 'TRUNCATE TABLE t' });
    const into = await client.exec({ query: `INSERT INTO t FORMAT ${format}`, values: Readable.from([bytes]) });
    await buffer(into.stream);
    expect(into.summary?.written_rows).toBe('2');
    const found = await client.query({ query: 'SELECT n, s FROM t ORDER BY n', format: 'JSONEachRow' });
    expect(await found.json()).toEqual(ROWS);
  },
);

const ERRORS: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
  ['SELEC 1', {}, '62', 'SYNTAX_ERROR'],
  ['SELECT * FROM nowhere', {}, '60', 'UNKNOWN_TABLE'],
  ['SELECT nofunction(1)', {}, '46', 'UNKNOWN_FUNCTION'],
  ['SELECT {x:UInt8}', {}, '456', 'UNKNOWN_QUERY_PARAMETER'],
  ['SELECT {x:UInt8}', { x: '1 UNION ALL SELECT 2' }, '457', 'BAD_QUERY_PARAMETER'],
  ['SELECT {x:Array(UInt8)}', { x: '[1' }, '457', 'BAD_QUERY_PARAMETER'],
  ['SELECT * FROM {x:Identifier}', { x: 't; DROP TABLE t' }, '60', 'UNKNOWN_TABLE'],
  ['SELECT throwIf(1)', {}, '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
  ["SELECT file('/etc/passwd')", {}, '497', 'ACCESS_DENIED'],
  ['SELECT sleep(2) SETTINGS max_execution_time = 1', {}, '159', 'TIMEOUT_EXCEEDED'],
  [
    "SELECT arrayJoin(range(10000000)) AS a, repeat('x', 1000) AS b ORDER BY b, a SETTINGS max_memory_usage = 50000000",
    {},
    '241',
    'MEMORY_LIMIT_EXCEEDED',
  ],
];

test.each(ERRORS)('%s %o is code %s %s for query, command and exec', async (query, query_params, code, type) => {
  const wanted = { code, type };
  await expect(client.query({ query, query_params, format: 'JSONEachRow' })).rejects.toMatchObject(wanted);
  await expect(client.command({ query, query_params })).rejects.toMatchObject(wanted);
  await expect(client.exec({ query, query_params })).rejects.toMatchObject(wanted);
});

test('an insert of rows that do not fit is refused with code and type, and inserts nothing', async () => {
  await client.command({ query: 'TRUNCATE TABLE t' });
  const values = [...ROWS, { n: 'no number', s: '' }];
  await expect(client.insert({ table: 't', format: 'JSONEachRow', values })).rejects.toMatchObject({
    code: expect.stringMatching(/^\d+$/),
    type: expect.stringMatching(/^[A-Z_]+$/),
  });
  expect(await (await client.query({ query: 'SELECT count() FROM t', format: 'CSV' })).text()).toBe('0\n');
});

test.each(['query', 'command', 'exec', 'insert'] as const)('%s is aborted, and the next call works', async (method) => {
  const controller = new AbortController();
  const abort_signal = controller.signal;
  const query = 'SELECT sleep(3)';
  const endless = new Readable({ read: () => {}, objectMode: true });
  const asked =
    method === 'insert'
      ? client.insert({ table: 't', format: 'JSONEachRow', values: endless, abort_signal })
      : client[method]({ query, abort_signal });
  setTimeout(() => controller.abort(), 100);
  await expect(asked).rejects.toThrow('aborted');
  endless.destroy();
  expect(await (await client.query({ query: 'SELECT 7', format: 'CSV' })).text()).toBe('7\n');
});

test('ping, command, query_id and summary', async () => {
  expect(await client.ping()).toEqual({ success: true });
  expect(await client.ping({ select: true })).toEqual({ success: true });
  const query_id = randomUUID();
  const command = await client.command({ query: 'CREATE TABLE IF NOT EXISTS t2 (n Int8) ENGINE = Memory', query_id });
  expect(command.query_id).toBe(query_id);
  expect(command.summary).toMatchObject({ written_rows: '0', elapsed_ns: expect.stringMatching(/^\d+$/) });
  const asked = await client.query({ query: 'SELECT 1', format: 'JSONEachRow', query_id });
  expect([asked.query_id, asked.response_headers['x-clickhouse-query-id']]).toEqual([query_id, query_id]);
  asked.close();
  const gone = createClient({ url: 'http://127.0.0.1:1', log: { level: ClickHouseLogLevel.OFF } });
  expect(await gone.ping()).toMatchObject({ success: false });
  await gone.close();
});

test('settings of a call end with it, also behind errors and aborts', async () => {
  const limited = { max_result_rows: '5', log_comment: 'of one call', session_timezone: 'Asia/Tokyo' } as const;
  const rows10 = { query: 'SELECT number FROM numbers(10)', format: 'JSONEachRow' } as const;
  const seen = "SELECT getSetting('log_comment') AS c, getSetting('max_result_rows') AS m, timezone() AS z";
  const controller = new AbortController();
  const aborted = client.query({
    query: 'SELECT sleep(3)',
    clickhouse_settings: limited,
    abort_signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 50);
  await expect(aborted).rejects.toThrow('aborted');
  await expect(client.query({ ...rows10, clickhouse_settings: limited })).rejects.toMatchObject({ code: '396' });
  await (await client.query({ query: 'SELECT 1', clickhouse_settings: limited })).text();
  await client.insert({ table: 't2', values: [{ n: 1 }], format: 'JSONEachRow', clickhouse_settings: limited });
  for (let i = 0; i < 8; i++) {
    const found = await client.query({ query: seen, format: 'JSONEachRow' });
    expect(await found.json()).toEqual([{ c: '', m: expect.anything(), z: expect.not.stringContaining('Tokyo') }]);
    expect(await (await client.query(rows10)).json()).toHaveLength(10);
  }
});

test.each(['session_id', 'role'] as const)('%s is refused by name', async (name) => {
  const asked = client.query({ query: 'SELECT 1', [name]: 'x' });
  await expect(asked).rejects.toMatchObject({ code: '344', message: expect.stringContaining(name) });
});

test.each(['readonly', 'allow_introspection_functions', 'format_schema', 'output_format_schema'])(
  'the setting %s is refused by name',
  async (name) => {
    const asked = client.query({ query: 'SELECT 1', clickhouse_settings: { [name]: '1' } });
    await expect(asked).rejects.toMatchObject({ code: '115', message: expect.stringContaining(name) });
  },
);
