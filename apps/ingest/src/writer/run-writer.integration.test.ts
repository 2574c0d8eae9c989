import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { decodeBatch, encodeBatch, encodeNativeBlock, parseAgentId } from '@mapscope/events';
import { type Stream, type StreamMessage, connectStream } from '@mapscope/stream';
import { type PreparedBatch, makeBatcher } from '../agent/batcher.ts';
import type { Facts, Reporter } from '../process/reporter.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { runWriter } from './run-writer.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';
const RING = { submitted: 0n, lost: 0n };
const NOW = BigInt(Date.now()) * 1_000_000n;

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

interface Place {
  readonly topicPrefix: string;
  readonly database: string;
  readonly stream: Stream;
}

/** A topic prefix and a database of its own. */
async function freshPlace(): Promise<Place> {
  const name = randomBytes(6).toString('hex');
  const stream = await connectStream({ brokers, clientId: 'writer-test', topicPrefix: `w-${name}.` });
  const database = `test_${name}`;
  closing.push(async () => {
    await stream.close();
    await fetch(clickhouseUrl, { method: 'POST', body: `DROP DATABASE IF EXISTS ${database} SYNC` });
  });
  await stream.ensureTopics();
  return { topicPrefix: `w-${name}.`, database, stream };
}

interface RunningWriter {
  readonly events: { readonly event: string; readonly facts: Facts }[];
  readonly stop: () => Promise<void>;
}

async function startWriter(place: Place, url = clickhouseUrl): Promise<RunningWriter> {
  const events: RunningWriter['events'] = [];
  const ready = Promise.withResolvers<void>();
  const reporter: Reporter = {
    event: (event, facts = {}) => {
      events.push({ event, facts });
      if (event === 'ready') ready.resolve();
    },
    log: () => undefined,
  };
  const ending = new AbortController();
  const { topicPrefix, database } = place;
  const config = { kafkaBrokers: brokers, topicPrefix, clickhouseUrl: url, database, group: `g-${topicPrefix}` };
  const rest = { kafkaProperties: undefined, username: undefined, password: undefined, logLevel: 'info' } as const;
  const running = runWriter({ ...config, ...rest }, reporter, ending.signal);
  await Promise.race([ready.promise, running]);
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
  };
  closing.push(stop);
  return { events, stop };
}

async function ask(place: Place, sql: string): Promise<string> {
  const response = await fetch(`${clickhouseUrl}/?database=${place.database}`, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text.trim();
}

function batcher() {
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  return makeBatcher({ agent, boot: NOW, service: 'order', platform: 'p' }, 8 * 1024 * 1024);
}

async function publish(place: Place, batches: readonly PreparedBatch[]): Promise<void> {
  const publisher = await place.stream.publisher();
  for (const { kind, value } of batches) await publisher.publish({ topic: 'probe', orderKey: kind, value });
  await publisher.close();
}

const done = (place: Place): Promise<void> =>
  expect.poll(() => place.stream.lag(`g-${place.topicPrefix}`), { timeout: 30_000, interval: 100 }).toBe(0);

/** A stack sent again replaces itself, also within one insert: 1, 20 and 300 rows of fillColumns are the stacks 0 to 299. */
const countOf = (kind: string): string => (kind === 'stacks' ? 'uniqExact(stack)' : 'count()');

const count = (place: Place, table: string): Promise<string> => ask(place, `SELECT count() FROM ${table}`);

describe.skipIf(brokers.length === 0 || clickhouseUrl === '')(
  'with a real broker and engine (skipped where none is provided)',
  () => {
    test('every row of every kind arrives once, also when batches come twice and the writer starts again', async () => {
      const place = await freshPlace();
      const make = batcher();
      const kinds = ['http_requests', 'lock_waits', 'stacks', 'probe_events', 'agent_status'] as const;
      const batches = kinds.flatMap((kind) =>
        [1, 20, 300].flatMap((rows) => make.prepare(fillColumns(kind, rows, NOW), RING)),
      );
      const first = await startWriter(place);
      await publish(place, batches);
      await done(place);
      const counts = () => Promise.all(kinds.map((kind) => ask(place, `SELECT ${countOf(kind)} FROM ${kind}`)));
      expect(await counts()).toEqual(['321', '321', '300', '321', '321']);

      await publish(place, batches); // a resend: same identity, other offsets
      await done(place);
      await first.stop();
      const second = await startWriter(place);
      await publish(place, [...batches, ...make.prepare(fillColumns('lock_waits', 7, NOW), RING)]);
      await done(place);
      expect(await counts()).toEqual(['321', '328', '300', '321', '321']);
      const perBatch =
        'SELECT uniqExact(agent, boot, family, sequence), sum(rows) FROM (SELECT DISTINCT agent, boot, family, sequence, rows FROM batches)';
      expect(await ask(place, perBatch)).toBe('16\t1612');
      await second.stop();
      expect(second.events.find(({ event }) => event === 'stopped')?.facts).toMatchObject({
        deadLetters: 0,
        batches: 1,
        seenBefore: 15,
      });
    });

    test('a malformed message and a block that is none go to the dead letters with their reason, and the next batch arrives', async () => {
      const place = await freshPlace();
      const make = batcher();
      const [good] = make.prepare(fillColumns('stacks', 5, NOW), RING);
      await startWriter(place);
      const publisher = await place.stream.publisher();
      const foreign = new TextEncoder().encode('{"not":"a batch"}'.padEnd(200));
      await publisher.publish({ topic: 'probe', orderKey: 'stacks', value: foreign });
      await publisher.publish({ topic: 'probe', orderKey: 'stacks', value: good!.value.subarray(0, -3) });
      const { header, block } = decodeBatch(good!.value);
      const noTimes = { ts: { storage: 'strings', values: Array.from({ length: 5 }, () => 'not a time') } } as const;
      for (const [i, wrong] of [
        block.subarray(0, -9),
        // A second block behind the first: ClickHouse would take ten rows, where the header says five.
        Buffer.concat([block, block]),
        encodeNativeBlock([{ name: 'ts', type: 'String' }], 5, noTimes),
      ].entries()) {
        await publisher.publish({
          topic: 'probe',
          orderKey: 'stacks',
          value: encodeBatch({ ...header, sequence: 9n + BigInt(i) }, wrong),
        });
      }
      await publish(place, [good!]);
      await done(place);
      expect(await count(place, 'stacks')).toBe('5');
      const letters: StreamMessage[] = [];
      const consumer = await place.stream.consume({
        topic: 'deadLetter',
        groupId: `g-${randomUUID()}`,
        onMessage: async (message) => void letters.push(message),
        onProblem: () => undefined,
      });
      await expect.poll(() => letters.length).toBe(5);
      await consumer.close();
      expect(letters.map(({ headers }) => headers['reason-code'])).toEqual([
        ...Array.from({ length: 4 }, () => 'BATCH_MALFORMED'),
        'CLICKHOUSE_REFUSED',
      ]);
      expect(letters[0]?.headers['reason-message']).toContain('MSCB');
      expect(letters[0]?.headers['origin-topic']).toBe(`${place.topicPrefix}mapscope.probe.v1`);
      expect(Buffer.from(letters[0]?.value ?? []).equals(foreign)).toBe(true);
    });

    test('while ClickHouse is away nothing is committed and nothing lost; then all arrives', async () => {
      const place = await freshPlace();
      const door = await openDoor(clickhouseUrl);
      await startWriter(place, door.url);
      door.shut();
      const make = batcher();
      await publish(
        place,
        [10, 20, 30].flatMap((rows) => make.prepare(fillColumns('lock_waits', rows, NOW), RING)),
      );
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(await place.stream.lag(`g-${place.topicPrefix}`)).toBe(3);
      door.open();
      await done(place);
      expect(await count(place, 'lock_waits')).toBe('60');
    });

    test('with nobody at the address the writer says within seconds what to give', async () => {
      const place = await freshPlace();
      await expect(startWriter(place, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'CLICKHOUSE_UNREACHABLE' });
      closing.pop();
    });
  },
);

/** A way to ClickHouse that can be shut. */
async function openDoor(target: string): Promise<{ url: string; shut: () => void; open: () => void }> {
  let isOpen = true;
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    if (!isOpen) {
      incoming.socket.destroy();
      return;
    }
    const url = new URL(incoming.url ?? '/', target);
    const forward = request(
      url,
      { method: incoming.method ?? 'GET', headers: { ...incoming.headers, host: url.host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forward.on('error', () => outgoing.destroy());
    incoming.pipe(forward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const shut = (): void => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, shut, open: () => void (isOpen = true) };
}
