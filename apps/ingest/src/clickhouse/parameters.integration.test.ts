/** Parameters come back as they were sent, whatever they hold, and are never more than values: the real engine and the official client. */
import { type ClickHouseClient, ClickHouseLogLevel, createClient, TupleParam } from '@clickhouse/client';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRolePlace, type RolePlace } from './testing/role-place.ts';

let place: RolePlace;
let client: ClickHouseClient;
beforeAll(async () => {
  place = await openRolePlace();
  client = createClient({ url: place.role.url, log: { level: ClickHouseLogLevel.OFF } });
  await place.ask('CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n');
  await place.ask("INSERT INTO t SELECT number, 'canary' FROM numbers(3)");
});
afterAll(async () => {
  await client.close();
  await place[Symbol.asyncDispose]();
});

const PARAMETERS: readonly (readonly [type: string, sent: unknown, shown: unknown])[] = [
  ['UInt8', 255, 255],
  ['Int64', -9007199254740993n, '-9007199254740993'],
  ['UInt64', 18446744073709551615n, '18446744073709551615'],
  ['Int256', -(2n ** 200n), String(-(2n ** 200n))],
  ['Float64', 1.5e-300, 1.5e-300],
  ['Float64', Number.POSITIVE_INFINITY, null],
  ['Decimal(38, 10)', '12345678901234567890.0123456789', '12345678901234567890.0123456789'],
  ['Bool', true, true],
  [
    'String',
    "it's \\ \n\n\t\r \u0000 ; DROP TABLE t -- {n:UInt8} ä",
    "it's \\ \n\n\t\r \u0000 ; DROP TABLE t -- {n:UInt8} ä",
  ],
  ['String', '', ''],
  ['String', "['not an array']", "['not an array']"],
  ['FixedString(3)', 'abc', 'abc'],
  ['LowCardinality(String)', "l'c", "l'c"],
  ['Nullable(String)', null, null],
  ['Nullable(UInt8)', 3, 3],
  ['UUID', '61f0c404-5cb3-11e7-907b-a6006ad3dba0', '61f0c404-5cb3-11e7-907b-a6006ad3dba0'],
  ['Date', '2026-11-20', '2026-11-20'],
  ['DateTime', new Date('2026-11-20T10:00:00Z'), '2026-11-20 10:00:00'],
  ['DateTime64(3)', new Date('2026-11-20T10:00:00.123Z'), '2026-11-20 10:00:00.123'],
  ["DateTime64(9, 'UTC')", '2026-11-20 10:00:00.123456789', '2026-11-20 10:00:00.123456789'],
  ['IPv4', '10.0.0.1', '10.0.0.1'],
  ['IPv6', '::1', '::1'],
  ["Enum8('a' = 1, 'b\\'' = 2)", "b'", "b'"],
  ['Array(String)', ["it's", 'b\\c\n\n', '', '],['], ["it's", 'b\\c\n\n', '', '],[']],
  ['Array(UInt32)', [], []],
  ['Array(Nullable(Int8))', [1, null, -1], [1, null, -1]],
  ['Array(Bool)', [true, false], [true, false]],
  ['Array(Array(String))', [["'"], [], ['\\']], [["'"], [], ['\\']]],
  ['Tuple(UInt8, String)', new TupleParam([1, "q'q"]), [1, "q'q"]],
  ['Map(String, UInt8)', { "k'": 7 }, { "k'": 7 }],
  ['Map(UInt8, Array(String))', new Map([[1, ["'", '\n']]]), { 1: ["'", '\n'] }],
];

test.each(PARAMETERS)('a parameter of type %s: %s', async (type, sent, shown) => {
  const result = await client.query({
    query: `SELECT {p:${type}} AS p, toTypeName(p) AS t`,
    query_params: { p: sent },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 },
  });
  expect(await result.json()).toEqual([{ p: shown, t: type }]);
});

test('parameters stand wherever a value may stand', async () => {
  const query = `SELECT {n:UInt32} + number AS a, quantile({q:Float64})(number) AS b FROM numbers({m:UInt32})
    WHERE number IN {list:Array(UInt64)} AND toString(number) LIKE {like:String}
      AND now() - INTERVAL {n:UInt32} SECOND < now() AND has({list:Array(UInt64)}, number)
    GROUP BY number ORDER BY a LIMIT {l:UInt32} OFFSET {o:UInt32}`;
  const query_params = { n: 10, q: 0.5, m: 100, list: [1, 2, 3, 20], like: '%', l: 2, o: 1 };
  const result = await client.query({ query, query_params, format: 'JSONEachRow' });
  expect(await result.json()).toEqual([
    { a: 12, b: 2 },
    { a: 13, b: 3 },
  ]);
  const named = await client.query({
    query: 'SELECT count() AS c FROM {db:Identifier}.{t:Identifier}',
    query_params: { db: 'default', t: 't' },
    format: 'JSONEachRow',
  });
  expect(await named.json()).toEqual([{ c: expect.anything() }]);
});

const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        "'",
        '\\',
        '"',
        '`',
        '\n',
        '\0',
        '\t',
        '\r',
        ',',
        '[',
        ']',
        '{',
        '}',
        '(',
        ')',
        ':',
        ';',
        '-',
      ),
    }),
  );

test('whatever is sent comes back: strings of all bytes, arrays, maps, tuples, numbers', async () => {
  const values = fc.record({
    s: text(),
    a: fc.array(text(), { maxLength: 5 }),
    aa: fc.array(fc.array(text(), { maxLength: 3 }), { maxLength: 3 }),
    m: fc.dictionary(text(), text(), { maxKeys: 4, noNullPrototype: true }),
    ma: fc.dictionary(text(), fc.array(text(), { maxLength: 2 }), { maxKeys: 2, noNullPrototype: true }),
    t: fc.tuple(text(), fc.option(text()), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    n: fc.option(text()),
    u: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  });
  const query = `SELECT {s:String} AS s, {a:Array(String)} AS a, {aa:Array(Array(String))} AS aa, {m:Map(String, String)} AS m,
    {ma:Map(String, Array(String))} AS ma, {t:Tuple(String, Nullable(String), Int64)} AS t, {n:Nullable(String)} AS n, {u:UInt64} AS u`;
  const comesBack = fc.asyncProperty(values, async (sent) => {
    const result = await client.query({
      query,
      query_params: { ...sent, t: new TupleParam(sent.t) },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    });
    expect(await result.json()).toEqual([{ ...sent, t: [sent.t[0], sent.t[1], String(sent.t[2])] }]);
  });
  await fc.assert(comesBack, { interruptAfterTimeLimit: 4_000, numRuns: 400, markInterruptAsFailure: false });
});

const TYPES = [
  'String',
  'UInt32',
  'Array(String)',
  'Map(String, UInt8)',
  'Tuple(UInt8, String)',
  'DateTime64(9)',
  'Bool',
];

test('whatever bytes a parameter has, it is one value or refused by name', async () => {
  const isOneValue = fc.asyncProperty(fc.constantFrom(...TYPES), text(), async (type, sent) => {
    const asked = new URLSearchParams({
      param_p: sent,
      query: `SELECT 'end' AS e, {p:${type}} AS p FORMAT JSONCompactEachRow`,
    });
    const response = await place.post(`/?${asked.toString()}`);
    const answer = await response.text();
    if (response.status === 200) expect(JSON.parse(answer)).toEqual(['end', expect.anything()]);
    else expect([response.status, answer]).toEqual([400, expect.stringContaining("query parameter 'p'")]);
  });
  await fc.assert(isOneValue, { interruptAfterTimeLimit: 3_000, numRuns: 400, markInterruptAsFailure: false });
  expect(await place.ask('SELECT count(), any(s) FROM t')).toBe('3\tcanary\n');
});

test.each([
  ['SELECT {p:Nope}', '1', '50'],
  ['SELECT {p:UInt8} + {q:UInt8}', '1', '456'],
  ["SELECT * FROM file({p:String}, 'CSV')", '/etc/passwd', '497'],
  ['SELECT * FROM {p:Identifier}', '/etc/passwd', '497'],
  ["SELECT format({p:String}, 'a String', '')", 'CSV', '497'],
  ['SELECT 1 SETTINGS max_threads = {p:UInt8}', '1', '457'],
  ['SELECT {p:Map(String, UInt8)}', "{'a':1},{'b':2}", '457'],
  ['SELECT {p:String} INTO OUTFILE {p:String}', '/tmp/x', '62'],
])('%s with %s is code %s', async (statement, value, code) => {
  const asked = new URLSearchParams({ param_p: value, query: statement });
  const response = await place.post(`/?${asked.toString()}`);
  expect(response.headers.get('x-clickhouse-exception-code'), await response.text()).toBe(code);
});

const askSlowly = async (n: number): Promise<unknown> =>
  (
    await client.query({
      query: 'SELECT {n:UInt32} AS n, sleep(0.5) AS s',
      query_params: { n },
      format: 'JSONEachRow',
    })
  ).json();

test('statements with parameters run at the same time, and do not see each other', async () => {
  const start = performance.now();
  expect(await Promise.all([1, 2, 3].map(askSlowly))).toEqual([1, 2, 3].map((n) => [{ n, s: 0 }]));
  expect(performance.now() - start).toBeLessThan(1_200);
});

test('a long list of values is one parameter', async () => {
  const list = Array.from({ length: 20_000 }, (_, i) => i);
  const query = 'SELECT length({list:Array(UInt32)}) AS n, arraySum({list:Array(UInt32)}) AS s';
  const result = await client.query({ query, query_params: { list }, format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ n: expect.anything(), s: expect.anything() }]);
});
