/** Compression both ways over the real engine: right bytes, bounded by what they become, refused while they become it. */
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { readdirSync } from 'node:fs';
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inQuery, openRolePlace, type RolePlace } from './testing/role-place.ts';

const MIB = 1024 * 1024;
let place: RolePlace;
beforeAll(async () => {
  place = await openRolePlace({ maxBodyBytes: 4 * MIB });
  await place.ask('CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY s');
});
afterAll(() => place[Symbol.asyncDispose]());

const PACK: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array<ArrayBuffer>>> = {
  gzip: (bytes) => new Uint8Array(gzipSync(bytes)),
  deflate: (bytes) => new Uint8Array(deflateSync(bytes)),
  br: (bytes) => new Uint8Array(brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
  zstd: (bytes) => new Uint8Array(zstdCompressSync(bytes)),
};
const UNPACK: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Without the decompression that fetch does by itself. */
function askPacked(statement: string, accept: string, settings = 'enable_http_compression=1'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Accept-Encoding': accept };
    request(`${place.role.url}/?${settings}`, { method: 'POST', headers }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end(statement);
  });
}

test.each(Object.keys(UNPACK))('answers in %s, short and long', async (encoding) => {
  for (const rows of [1, 500_000]) {
    const statement = `SELECT number FROM numbers(${rows})`;
    const { headers, body } = await askPacked(statement, encoding);
    expect(headers['content-encoding']).toBe(encoding);
    expect(String(UNPACK[encoding]?.(body))).toBe(await place.ask(statement));
    if (rows > 1) expect(body.length).toBeLessThan(2 * MIB);
  }
});

test('answers in lz4 are frames of lz4', async () => {
  const { headers, body } = await askPacked('SELECT number FROM numbers(100000)', 'lz4');
  expect([headers['content-encoding'], body.readUInt32LE(0)]).toEqual(['lz4', 0x184d2204]);
  expect(body.length).toBeLessThan(588_890);
});

test('nothing is packed unasked, an empty answer never, a failure never', async () => {
  expect((await askPacked('SELECT 1', 'gzip', '')).headers['content-encoding']).toBeUndefined();
  expect((await askPacked('SELECT 1', 'identity')).headers['content-encoding']).toBeUndefined();
  const empty = await askPacked('SELECT 1 FORMAT Null', 'gzip');
  expect([empty.status, String(empty.headers['content-encoding'] === undefined ? '' : gunzipSync(empty.body))]).toEqual(
    [200, ''],
  );
  const failed = await askPacked('SELECT * FROM nowhere', 'gzip');
  expect([failed.status, failed.headers['content-encoding'], String(failed.body)]).toEqual([
    404,
    undefined,
    expect.stringContaining('Code: 60'),
  ]);
  await expect(
    askPacked(
      'SELECT number, throwIf(number = 4000000) FROM numbers(5000000)',
      'gzip',
      'enable_http_compression=1&max_threads=1',
    ),
  ).rejects.toThrow('aborted');
});

test.each(['gzip', 'zstd'] as const)('the official client packs and unpacks %s', async (codec) => {
  const client = createClient({
    url: place.role.url,
    compression: { request: true, response: true },
    log: { level: ClickHouseLogLevel.OFF },
  });
  await client.command({ query: 'TRUNCATE TABLE t' });
  await client.insert({ table: 't', values: [{ s: codec }], format: 'JSONEachRow' });
  const found = await client.query({ query: 'SELECT s FROM t', format: 'JSONEachRow' });
  expect(await found.json()).toEqual([{ s: codec }]);
  await client.close();
});

const INSERT = inQuery('INSERT INTO t FORMAT JSONEachRow');

test.each(Object.keys(PACK))('bodies in %s: right, cut, broken, and bombs', async (encoding) => {
  const headers = { 'Content-Encoding': encoding };
  const pack = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => PACK[encoding]?.(bytes) ?? new Uint8Array();
  await place.ask('TRUNCATE TABLE t');
  const right = pack(Buffer.from('{"s":"a\\n\\nDROP TABLE t"}'));
  expect((await place.post(INSERT, right, headers)).status).toBe(200);
  expect(await place.ask('SELECT s FROM t FORMAT TSVRaw')).toBe('a\n\nDROP TABLE t\n');
  const statement = await place.post('/', pack(Buffer.from('SELECT 7')), headers);
  expect(await statement.text()).toBe('7\n');
  for (const broken of [right.subarray(0, right.length - 5), Buffer.from('not packed at all, but long enough')]) {
    const response = await place.post(INSERT, new Uint8Array(broken), headers);
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([400, '271']);
  }
  const bomb = pack(Buffer.alloc(64 * MIB, 'a'));
  const before = process.memoryUsage().rss;
  for (const path of [INSERT, '/']) {
    const response = await place.post(path, bomb, headers);
    expect([response.status, await response.text()]).toEqual([413, expect.stringContaining('larger than')]);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);
  expect(await place.ask('SELECT count() FROM t')).toBe('1\n');
  expect(readdirSync(place.spoolDir).filter((name) => name.startsWith('body-'))).toEqual([]);
});

test.each([
  [INSERT, { 'Content-Encoding': 'lz4' }, 'use gzip, deflate, br, zstd or none'],
  [INSERT, { 'Content-Encoding': 'snappy' }, 'use gzip, deflate, br, zstd or none'],
  [`${INSERT}&decompress=1`, {}, 'send the body with Content-Encoding'],
  [`${inQuery('SELECT 1')}&compress=1`, {}, 'send enable_http_compression=1'],
])('what is not served says what is: %s %o', async (path, headers, mend) => {
  const response = await place.post(path, '', headers);
  expect([response.status, await response.text()]).toEqual([501, expect.stringContaining(mend)]);
});
