/** No byte of a body is ever SQL, another table or a file: every format that this engine reads, over the real engine. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileBodies, hostileTexts } from './testing/hostile-bytes.ts';
import { inQuery, openRolePlace, type RolePlace } from './testing/role-place.ts';

let place: RolePlace;
let formats: readonly string[];
let untouched: readonly unknown[];

const state = async (): Promise<readonly unknown[]> => [
  await place.ask('SELECT * FROM canary ORDER BY a FORMAT CSV'),
  await place.ask('SHOW TABLES'),
  await place.ask('SHOW DATABASES'),
  place.files(),
];

beforeAll(async () => {
  place = await openRolePlace();
  await place.ask('CREATE TABLE canary (a UInt64, s String) ENGINE = MergeTree ORDER BY a');
  await place.ask("INSERT INTO canary SELECT number, 'canary' FROM numbers(3)");
  await place.ask('CREATE TABLE target (s String, n UInt64 DEFAULT 7) ENGINE = Memory');
  formats = (await place.ask('SELECT name FROM system.formats WHERE is_input ORDER BY name')).trim().split('\n');
  untouched = await state();
});
afterAll(() => place[Symbol.asyncDispose]());

test('every input format, every hostile body: data or a typed refusal, and nothing else has changed', async () => {
  expect(formats.length).toBeGreaterThan(50);
  const bodies = hostileBodies(place.canaryFile);
  for (const format of formats) {
    await Promise.all(bodies.map((body) => insertTyped(format, body)));
    expect(await state(), format).toEqual(untouched);
  }
});

async function insertTyped(format: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const response = await place.post(inQuery(`INSERT INTO target FORMAT ${format}`), body);
  const text = await response.text();
  if (response.status === 200) return;
  const code = response.headers.get('x-clickhouse-exception-code');
  expect(text, format).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: `));
}

/** Cannot say every byte string, by what they are. */
const LOSSY: Readonly<Record<string, string>> = {
  Npy: 'one column of numbers or of strings without NUL at the end',
  RawBLOB: 'has no rows',
  LineAsString: 'a line feed ends the value',
  TSVRaw: 'escapes nothing',
  TSVRawWithNames: 'escapes nothing',
  TSVRawWithNamesAndTypes: 'escapes nothing',
  TabSeparatedRaw: 'escapes nothing',
  TabSeparatedRawWithNames: 'escapes nothing',
  TabSeparatedRawWithNamesAndTypes: 'escapes nothing',
  Raw: 'escapes nothing',
  RawWithNames: 'escapes nothing',
  RawWithNamesAndTypes: 'escapes nothing',
  Template: 'needs a template',
  GeoJSON: 'needs a geometry',
  Protobuf: 'refused',
  ProtobufList: 'refused',
  ProtobufSingle: 'refused',
  AvroConfluent: 'needs a registry of schemas',
  Buffers: 'says no types',
};

test('what a format writes, it reads back: hostile values of every format that can say them', async () => {
  const texts = hostileTexts(place.canaryFile);
  await place.ask('CREATE TABLE source (s String, n UInt64) ENGINE = Memory');
  const rows = texts.map((s, n) => JSON.stringify({ s, n })).join('\n');
  expect((await place.post(inQuery('INSERT INTO source FORMAT JSONEachRow'), rows)).status).toBe(200);
  const wanted = await place.ask('SELECT hex(s), n FROM source ORDER BY n');
  expect(wanted.split('\n').length - 1).toBe(texts.length);
  const outputs = new Set((await place.ask('SELECT name FROM system.formats WHERE is_output')).trim().split('\n'));
  const both = formats.filter((format) => outputs.has(format) && LOSSY[format] === undefined);
  expect(both.length).toBeGreaterThan(25);
  for (const format of both) {
    await place.ask('TRUNCATE TABLE target');
    const bytes = await (await place.post('/', `SELECT s, n FROM source ORDER BY n FORMAT ${format}`)).arrayBuffer();
    const response = await place.post(inQuery(`INSERT INTO target FORMAT ${format}`), bytes);
    expect(response.status, `${format}: ${await response.text()}`).toBe(200);
    expect(await place.ask('SELECT hex(s), n FROM target ORDER BY n'), format).toBe(wanted);
  }
});
