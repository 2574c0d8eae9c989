/** Answers come piece by piece, what is given up frees the engine, and failures are told at any moment. */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inQuery, openRolePlace, type RolePlace } from './testing/role-place.ts';

const MIB = 1024 * 1024;
let place: RolePlace;
beforeAll(async () => {
  place = await openRolePlace({ queryConnections: 1, insertConnections: 1, queueLimit: 4 });
});
afterAll(() => place[Symbol.asyncDispose]());

/** With one reader this waits until the engine has let go of the query before. */
async function freeAfter(startMillis: number): Promise<number> {
  expect(await place.ask('SELECT 7')).toBe('7\n');
  return performance.now() - startMillis;
}

/** 240 MB in rows of a thousand bytes. */
const BIG = "SELECT toFixedString(repeat('x', 1000), 1000) FROM numbers(240000) FORMAT RowBinary";

test('240 MB go out with little memory and an early first byte', async () => {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const response = await place.post('/?max_block_size=8192', BIG);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let [bytes, firstMillis, most] = [0, 0, 0];
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (bytes === 0) firstMillis = performance.now() - start;
    bytes += piece.value.length;
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  expect(bytes).toBe(240_000_000);
  expect(firstMillis).toBeLessThan((performance.now() - start) / 4);
  // Sender, receiver and engine share this process; 100 to 155 MiB of buffers were seen. Held whole it is 229 and a copy.
  expect(most).toBeLessThan(200 * MIB);
});

test('a short answer has a length and a summary, a long one neither', async () => {
  const short = await place.post('/', 'SELECT number FROM numbers(10)');
  expect(short.headers.get('content-length')).toBe('20');
  expect(JSON.parse(short.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ result_rows: '10' });
  const long = await place.post('/', 'SELECT number FROM numbers(1000000)');
  expect([long.headers.get('content-length'), long.headers.get('x-clickhouse-summary')]).toEqual([null, null]);
  expect((await long.text()).length).toBe(6_888_890);
  const whole = await place.post('/?wait_end_of_query=1', 'SELECT number FROM numbers(1000000)');
  expect(whole.headers.get('content-length')).toBe('6888890');
  await whole.text();
});

test.each([
  'SHOW TABLES',
  'DESCRIBE TABLE system.one',
  'EXISTS TABLE system.one',
  'EXPLAIN SELECT 1',
  'SHOW DATABASES',
  '(SELECT 1) UNION ALL SELECT 2',
  'WITH 1 AS a SELECT a',
  'SELECT 1 WHERE 0',
  "SELECT ' INTO OUTFILE '",
])('%s is answered like any other', async (statement) => {
  const response = await place.post('/', statement);
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
});

const HEAVY = [
  'SELECT sum(sipHash64(number)) FROM numbers(100000000000)',
  'SELECT number FROM numbers(100000000000) WHERE sipHash64(number) = 1 FORMAT CSV',
  'SELECT (SELECT sum(sipHash64(number)) FROM numbers(100000000000))',
  'SELECT sleepEachRow(0.5) FROM numbers(100) SETTINGS max_block_size = 1',
  'SELECT sleep(3)',
  'SELECT count() FROM numbers(1000000) AS a, numbers(1000000) AS b',
];

test.each(HEAVY)('%s: who goes away frees the engine', async (statement) => {
  const controller = new AbortController();
  const answer = fetch(`${place.role.url}/`, { method: 'POST', body: statement, signal: controller.signal });
  await wait(300);
  controller.abort();
  const start = performance.now();
  await expect(answer).rejects.toThrow('abort');
  expect(await freeAfter(start)).toBeLessThan(statement.includes('sleep') ? 1_500 : 1_000);
});

test('whenever a client goes away, before, while or after the engine opens the pipe, the reader comes back', async () => {
  for (let millis = 0; millis < 25; millis++) {
    const controller = new AbortController();
    const { signal } = controller;
    const answer = fetch(`${place.role.url}/`, { method: 'POST', body: BIG, signal }).catch(() => undefined);
    await wait(millis);
    controller.abort();
    await answer;
  }
  expect(await freeAfter(performance.now())).toBeLessThan(1_500);
});

test('who goes away in the middle of an answer frees the engine as well', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const response = await fetch(`${place.role.url}/?max_execution_time=60`, { method: 'POST', body: BIG, signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await wait(300);
  controller.abort();
  expect(await freeAfter(performance.now())).toBeLessThan(1_000);
});

test('who goes away while waiting leaves the line', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const url = `${place.role.url}/`;
  const slow = place.ask('SELECT sleep(1)');
  await wait(100);
  const waiting = Array.from({ length: 4 }, () => fetch(url, { method: 'POST', body: 'SELECT sleep(3)', signal }));
  await wait(100);
  expect((await place.post('/', 'SELECT 1')).status).toBe(503);
  controller.abort();
  await Promise.allSettled(waiting);
  const start = performance.now();
  await slow;
  expect(await freeAfter(start)).toBeLessThan(1_500);
});

test('an INSERT … SELECT ends with its client, and the next statement is not disturbed', async () => {
  await place.ask('CREATE TABLE filled (a UInt64) ENGINE = MergeTree ORDER BY a');
  const controller = new AbortController();
  const body = 'INSERT INTO filled SELECT number FROM numbers(10000000000)';
  const answer = fetch(`${place.role.url}/`, { method: 'POST', body, signal: controller.signal });
  await wait(400);
  controller.abort();
  const start = performance.now();
  await expect(answer).rejects.toThrow('abort');
  expect(await freeAfter(start)).toBeLessThan(1_500);
  await place.ask('DROP TABLE filled');
});

/** The answer byte by byte, until the server closes the connection. */
function raw(statement: string): Promise<string> {
  const socket = connect(Number(new URL(place.role.url).port), '127.0.0.1');
  const head = `POST /?max_threads=1 HTTP/1.1\r\nHost: ${new URL(place.role.url).host}\r\nContent-Length: ${statement.length}\r\n\r\n`;
  socket.write(head + statement);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1'))));
}

const FAILS_LATE = 'SELECT number, throwIf(number = 900000) AS t FROM numbers(1000000)';

test('a failure behind the first byte: the block of the tag, no last chunk, the connection closed', async () => {
  const text = await raw(`${FAILS_LATE} FORMAT TSV`);
  const tag = /X-ClickHouse-Exception-Tag: (\w{16})\r\n/i.exec(text)?.[1];
  expect(text).toContain('HTTP/1.1 200 OK');
  const block = new RegExp(
    `\\r\\n__exception__\\r\\n${tag}\\r\\n(Code: 395\\..*\\n)(\\d+) ${tag}\\r\\n__exception__\\r\\n`,
    's',
  );
  const [, message = '', length] = block.exec(text) ?? [];
  expect(message.length).toBe(Number(length));
  expect(text).not.toContain('\r\n0\r\n\r\n');
});

test('the official client tells that failure by code and type, row by row and whole', async () => {
  const client = createClient({ url: place.role.url, log: { level: ClickHouseLogLevel.OFF } });
  const clickhouse_settings = { max_threads: 1 } as const;
  const late = await client.query({ query: FAILS_LATE, format: 'JSONEachRow', clickhouse_settings });
  await expect(late.json()).rejects.toMatchObject({ code: '395', type: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO' });
  const text = await client.query({ query: FAILS_LATE, format: 'JSON', clickhouse_settings });
  await expect(text.json()).rejects.toThrow();
  await client.close();
  expect(await place.ask('SELECT 7')).toBe('7\n');
});

test('too much to wait for is refused with what to do', async () => {
  const response = await place.post('/?wait_end_of_query=1', BIG);
  expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('leave it out')]);
  expect(await place.ask('SELECT 7')).toBe('7\n');
});

test('while a question is planned or an answer is not read, others are answered', async () => {
  const planned = place.post('/', 'SELECT (SELECT sleep(2))');
  const start = performance.now();
  expect(await (await fetch(`${place.role.url}/ping`)).text()).toBe('Ok.\n');
  await place.ask('CREATE TABLE meanwhile (a UInt8) ENGINE = Memory').catch(() => undefined);
  expect((await place.post(inQuery('INSERT INTO meanwhile FORMAT CSV'), '1\n')).status).toBe(200);
  expect((await planned).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(4_000);
});

test('who never reads its answer keeps the engine no longer than the longest query and five seconds', async () => {
  await place[Symbol.asyncDispose]();
  const readerLimits = { executionSeconds: 1, maxExecutionSeconds: 1 };
  place = await openRolePlace({ queryConnections: 1, readerLimits });
  const { host, port } = new URL(place.role.url);
  const socket = connect(Number(port), '127.0.0.1').pause();
  socket.on('error', () => {});
  socket.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${BIG.length}\r\n\r\n${BIG}`);
  await wait(500);
  const start = performance.now();
  const millis = await freeAfter(start);
  expect(millis).toBeGreaterThan(1_000);
  expect(millis).toBeLessThan(8_000);
  socket.destroy();
});
