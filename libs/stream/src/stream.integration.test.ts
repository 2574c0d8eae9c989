import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:net';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { type ConsumeOptions, MAX_VALUE_BYTES, type StreamMessage, type Stream, connectStream } from './index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port of the broker that infra/test/world.ts runs */
    kafkaBrokers: string[];
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | null): string => (value === null ? 'null' : new TextDecoder().decode(value));

// From the start: Node prints this warning once per process.
const warnings: string[] = [];
process.on('warning', (warning) => void warnings.push(warning.name));

const opened: Stream[] = [];
afterAll(() => Promise.all(opened.map((stream) => stream.close())));

async function freshStream(topicPrefix = `t-${randomUUID()}.`): Promise<Stream> {
  const stream = await connectStream({ brokers, clientId: 'stream-test', topicPrefix });
  opened.push(stream);
  await stream.ensureTopics();
  return stream;
}

const slow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Collects messages; `until` resolves when there are enough. */
function collector(over: Partial<ConsumeOptions> = {}) {
  const got: StreamMessage[] = [];
  const problems: Error[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  const options: ConsumeOptions = {
    topic: 'probe',
    groupId: `g-${randomUUID()}`,
    onProblem: (error) => void problems.push(error),
    backoff: { firstMillis: 20, maxMillis: 50 },
    ...over,
    onMessage: async (message, signal) => {
      await over.onMessage?.(message, signal);
      got.push(message);
      for (const { count, done } of waiting) if (got.length >= count) done();
    },
  };
  const until = (count: number): Promise<void> =>
    got.length >= count ? Promise.resolve() : new Promise((done) => waiting.push({ count, done }));
  return { got, problems, options, until };
}

describe.skipIf(brokers.length === 0)('with a real broker (skipped where none is provided)', () => {
  test('what is published comes out once, in order per key, with partition and offset as acknowledged', async () => {
    const stream = await freshStream();
    const publisher = await stream.publisher();
    const keys = ['agent-a/lock_waits', 'agent-a/http_requests', 'agent-b/lock_waits'];
    const sent = keys.flatMap((orderKey) =>
      Array.from({ length: 40 }, (_, i) => ({ orderKey, label: `${orderKey}#${i}` })),
    );
    const acks = await Promise.all(
      sent.map(({ orderKey, label }) => publisher.publish({ topic: 'probe', orderKey, value: bytes(label) })),
    );
    const sink = collector();
    await stream.consume(sink.options);
    await sink.until(sent.length);
    for (const key of keys) {
      const labels = sink.got.filter((m) => m.key === key).map((m) => text(m.value));
      expect(labels).toEqual(sent.filter((s) => s.orderKey === key).map((s) => s.label));
    }
    const place = new Map(sink.got.map((m) => [text(m.value), `${m.partition}@${m.offset}`]));
    expect(sent.map((s) => place.get(s.label))).toEqual(acks.map((a) => `${a.partition}@${a.offset}`));
    await expect.poll(() => stream.lag(sink.options.groupId)).toBe(0);
    expect(publisher.inFlightBytes).toBe(0);
  });

  test.each(['zstd', 'gzip', 'none'] as const)(
    'the largest value, incompressible, passes with %s',
    async (compression) => {
      const stream = await freshStream();
      const value = new Uint8Array(MAX_VALUE_BYTES);
      for (let at = 0; at < value.length; at += 65_536) crypto.getRandomValues(value.subarray(at, at + 65_536));
      const publisher = await stream.publisher({ compression });
      await publisher.publish({ topic: 'probe', orderKey: 'k', value });
      const sink = collector();
      await stream.consume(sink.options);
      await sink.until(1);
      expect(Buffer.compare(sink.got[0]!.value!, value)).toBe(0);
      await expect(
        publisher.publish({ topic: 'probe', orderKey: 'k', value: new Uint8Array(MAX_VALUE_BYTES + 1) }),
      ).rejects.toThrow('split it');
    },
  );

  test('a failing handler gets the same message again, and nothing is skipped or committed before', async () => {
    const stream = await freshStream();
    const publisher = await stream.publisher();
    for (const label of ['0', '1', '2'])
      await publisher.publish({ topic: 'probe', orderKey: 'k', value: bytes(label) });
    let failures = 3;
    let lagWhileFailing = -1;
    const sink: ReturnType<typeof collector> = collector({
      onMessage: async (message) => {
        if (text(message.value) !== '1' || failures === 0) return;
        failures -= 1;
        lagWhileFailing = await stream.lag(sink.options.groupId);
        throw new Error('not now');
      },
    });
    await stream.consume(sink.options);
    await sink.until(3);
    expect(sink.got.map((m) => text(m.value))).toEqual(['0', '1', '2']);
    expect(sink.problems.map((p) => p.message)).toEqual(['not now', 'not now', 'not now']);
    expect(lagWhileFailing).toBe(2);
  });

  test('a consumer closed and opened again goes on where it was', async () => {
    const stream = await freshStream();
    const publisher = await stream.publisher();
    const groupId = `g-${randomUUID()}`;
    const send = (label: string) => publisher.publish({ topic: 'probe', orderKey: 'k', value: bytes(label) });
    await send('before');
    const first = collector({ groupId });
    const running = await stream.consume(first.options);
    await first.until(1);
    await running.close();
    await send('after');
    const second = collector({ groupId });
    await stream.consume(second.options);
    await second.until(1);
    expect(second.got.map((m) => text(m.value))).toEqual(['after']);
  });

  test('closing lets the message in work finish and commits it', async () => {
    const stream = await freshStream();
    const publisher = await stream.publisher();
    await publisher.publish({ topic: 'probe', orderKey: 'k', value: bytes('slow') });
    const started = Promise.withResolvers<void>();
    const sink = collector({
      onMessage: async () => {
        started.resolve();
        await new Promise((resolve) => setTimeout(resolve, 700));
      },
    });
    const consumer = await stream.consume(sink.options);
    await started.promise;
    await consumer.close();
    expect(sink.got).toHaveLength(1);
    expect(await stream.lag(sink.options.groupId)).toBe(0);
  });

  test('a second consumer joining in the middle loses nothing', async () => {
    const stream = await freshStream();
    const publisher = await stream.publisher();
    const groupId = `g-${randomUUID()}`;
    const first = collector({ groupId, onMessage: slow });
    const second = collector({ groupId, onMessage: slow });
    const labels = Array.from({ length: 1500 }, (_, i) => `m${i}`);
    const all = labels.map((label, i) =>
      publisher.publish({ topic: 'probe', orderKey: `k${i % 40}`, value: bytes(label) }),
    );
    await stream.consume(first.options);
    await first.until(5);
    await stream.consume(second.options);
    await Promise.all(all);
    await expect.poll(() => stream.lag(groupId), { timeout: 60_000, interval: 300 }).toBe(0);
    const seen = new Set([...first.got, ...second.got].map((m) => text(m.value)));
    expect(seen).toEqual(new Set(labels));
    expect(second.got.length).toBeGreaterThan(0);
  });

  test('every watcher sees what was wanted before it came, each change, and withdrawals', async () => {
    const stream = await freshStream();
    await stream.publishWanted('shop', { state: 'on' });
    for (const _ of [1, 2]) {
      const changes: string[] = [];
      const watcher = await stream.watchWanted({
        onWanted: ({ service, json }) => void changes.push(`${service}=${json}`),
        onProblem: (error) => void changes.push(error.message),
      });
      // Known as soon as the watch stands: an agent must not attach where probes are switched off.
      expect(changes.at(-1)).toBe('shop={"state":"on"}');
      const before = performance.now();
      await stream.publishWanted('shop', null);
      await expect.poll(() => changes.at(-1), { timeout: 5_000, interval: 10 }).toBe('shop=null');
      expect(performance.now() - before).toBeLessThan(1_000);
      await watcher.close();
      await stream.publishWanted('shop', { state: 'on' });
    }
  });

  test('making topics twice, at the same time, is fine', async () => {
    const prefix = `t-${randomUUID()}.`;
    const [one, two] = await Promise.all([freshStream(prefix), freshStream(prefix)]);
    await one.ensureTopics();
    await two.ensureTopics();
    await (await one.publisher()).publish({ topic: 'deadLetter', orderKey: '', value: bytes('x') });
  });

  test('Node prints no warning of negative timers', async () => {
    const stream = await freshStream();
    await (await stream.publisher()).publish({ topic: 'probe', orderKey: 'k', value: bytes('x') });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(warnings).not.toContain('TimeoutNegativeWarning');
  });
});

async function refusal(given: string[]): Promise<{ error: MapscopeError; millis: number }> {
  const before = performance.now();
  const error: unknown = await connectStream({ brokers: given, clientId: 'stream-test' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(MapscopeError);
  return { error: error as MapscopeError, millis: performance.now() - before };
}

describe('without a broker', () => {
  test.each([[['127.0.0.1:1']], [['no-such-host.invalid:9092', '127.0.0.1:1']]])(
    '%j: says within seconds which brokers were tried and what to give',
    async (given) => {
      const { error, millis } = await refusal(given);
      expect(error.code).toBe('KAFKA_UNREACHABLE');
      for (const broker of given) expect(error.message).toContain(broker);
      expect(error.message).toMatch(/KAFKA_BROKERS.*--kafka-brokers/);
      expect(millis).toBeLessThan(6_000);
    },
  );

  test('a port that accepts and never speaks is told apart from a broker', async () => {
    const silent: Server = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { error, millis } = await refusal([`127.0.0.1:${port}`]);
    expect(error.code).toBe('KAFKA_UNREACHABLE');
    expect(millis).toBeLessThan(6_000);
    silent.close();
  });
});
