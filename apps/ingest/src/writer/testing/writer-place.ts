/** For integration tests: topics and a database of their own, batches to publish, and what the tables hold of them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type BatchKind, parseAgentId } from '@mapscope/events';
import { type Stream, connectStream } from '@mapscope/stream';
import { type PreparedBatch, makeBatcher } from '../../agent/batcher.ts';
import { fillColumns } from '../../testing/fill-columns.ts';
import type { WriterConfig } from '../options.ts';
import { type WriterTuning, runWriter } from '../run-writer.ts';

export interface WriterPlace {
  readonly config: WriterConfig;
  readonly stream: Stream;
  readonly ask: (sql: string) => Promise<string>;
  readonly publish: (batches: readonly PreparedBatch[]) => Promise<void>;
  /** resolves when the group has committed everything */
  readonly written: () => Promise<void>;
  /** starts a writer in this process; resolves when it is ready to its stop */
  readonly start: (tuning?: WriterTuning) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

export const KINDS = ['http_requests', 'lock_waits', 'gc_events'] as const satisfies readonly BatchKind[];

export async function openPlace(kafkaBrokers: string[], clickhouseUrl: string): Promise<WriterPlace> {
  const name = randomBytes(6).toString('hex');
  const [topicPrefix, database] = [`w-${name}.`, `test_${name}`];
  const stream = await connectStream({ brokers: kafkaBrokers, clientId: 'writer-test', topicPrefix });
  await stream.ensureTopics();
  const publisher = await stream.publisher();
  const rest = { kafkaProperties: undefined, username: undefined, password: undefined, logLevel: 'info' } as const;
  const config = { kafkaBrokers, topicPrefix, clickhouseUrl, database, group: `g-${name}`, ...rest };
  const ask = (sql: string): Promise<string> => askClickhouse(`${clickhouseUrl}/?database=${database}`, sql);
  return {
    config,
    stream,
    ask,
    publish: async (batches) => {
      await Promise.all(batches.map(({ kind, value }) => publisher.publish({ topic: 'probe', orderKey: kind, value })));
    },
    written: () => untilWritten(stream, config.group),
    start: (tuning) => startWriter(config, tuning),
    close: async () => {
      await ask(`DROP DATABASE IF EXISTS ${database} SYNC`);
      await stream.close();
    },
  };
}

const WRITTEN_MILLIS = 90_000;

async function untilWritten(stream: Stream, group: string): Promise<void> {
  const deadline = Date.now() + WRITTEN_MILLIS;
  for (let lag = 1; lag > 0; lag = await stream.lag(group)) {
    if (Date.now() > deadline) throw new Error(`${lag} messages are not written after ${WRITTEN_MILLIS} ms`);
    await sleep(100);
  }
}

async function askClickhouse(url: string, sql: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text.trim();
}

async function startWriter(config: WriterConfig, tuning: WriterTuning = {}): Promise<() => Promise<void>> {
  const ready = Promise.withResolvers<void>();
  const ending = new AbortController();
  const reporter = {
    event: (event: string) => {
      if (event === 'ready') ready.resolve();
    },
    log: () => undefined,
  };
  const running = runWriter(config, reporter, ending.signal, tuning);
  await Promise.race([ready.promise, running]);
  return async () => {
    ending.abort();
    await running;
  };
}

/** Makes `count` batches of each kind, `rows` rows each, with identities that go on from call to call. */
export function batchMaker() {
  const agent = parseAgentId(randomBytes(16).toString('hex'));
  const now = BigInt(Date.now()) * 1_000_000n;
  const batcher = makeBatcher({ agent, boot: now, service: 'order', platform: 'p' }, 8 * 1024 * 1024);
  let rowsOfKind = 0;
  return {
    agent,
    rows: (): number => rowsOfKind,
    make: (count: number, rows: number): readonly PreparedBatch[] => {
      rowsOfKind += count * rows;
      return Array.from({ length: count }).flatMap(() =>
        KINDS.flatMap((kind) => batcher.prepare(fillColumns(kind, rows, now), { submitted: 0n, lost: 0n })),
      );
    },
  };
}

/** Rows of each kind, distinct ones, roll-ups, ledger: all of them must be `rows`, and the ledger have each batch once. */
export async function expectOnce({ ask }: WriterPlace, rows: number, batches: number): Promise<void> {
  const facts: Record<string, string> = {};
  for (const kind of KINDS) {
    facts[kind] = await ask(`SELECT count(), uniqExact(batch_seq, ts) FROM ${kind}`);
    facts[`${kind} ledger`] = await ask(
      `SELECT sum(rows), count(), uniqExact(sequence) FROM batches WHERE kind = '${kind}'`,
    );
  }
  facts['latency_10s'] = await ask('SELECT sum(requests) FROM latency_10s');
  facts['contention_10s'] = await ask('SELECT sum(waits) FROM contention_10s');
  const all = KINDS.flatMap((kind) => [
    [kind, `${rows}\t${rows}`],
    [`${kind} ledger`, `${rows}\t${batches}\t${batches}`],
  ]);
  expect(facts).toEqual({ ...Object.fromEntries(all), latency_10s: String(rows), contention_10s: String(rows) });
}
