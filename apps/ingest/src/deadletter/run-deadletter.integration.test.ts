import { deadLetterRecord } from '@mapscope/stream';
import type { StreamMessage } from '@mapscope/stream';
import { describe, expect, inject, test } from 'vitest';
import { freshStream } from '../testing/probe-topic.ts';
import type { Letter } from './letter.ts';
import type { DeadletterConfig } from './options.ts';
import { runDeadletter } from './run-deadletter.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const VALUE = new TextEncoder().encode('no batch at all');

// What --json prints, see letter.ts.
const codesOf = (answer: unknown): readonly string[] =>
  (answer as { readonly letters: readonly Letter[] }).letters.map(({ code }) => code);

describe.skipIf(brokers.length === 0)('with a real broker (skipped where none is provided)', () => {
  test('letters are listed with their reason, and go back where they came from, byte by byte', async () => {
    const { stream, topicPrefix } = await freshStream(brokers);
    const ask = async (over: Partial<DeadletterConfig>): Promise<unknown> => {
      const lines: string[] = [];
      const rest = { offsets: undefined, code: undefined, all: true, json: true, logLevel: 'info' } as const;
      const config = {
        kafkaBrokers: brokers,
        kafkaProperties: undefined,
        topicPrefix,
        verb: 'list',
        ...rest,
        ...over,
      } as const;
      expect(await runDeadletter(config, (line) => void lines.push(line))).toBe(0);
      return JSON.parse(lines.join(''));
    };
    expect(await ask({})).toEqual({ letters: [] });

    const publisher = await stream.publisher();
    for (const code of ['BATCH_MALFORMED', 'CLICKHOUSE_REFUSED']) {
      const { partition, offset } = await publisher.publish({ topic: 'probe', orderKey: 'k', value: VALUE });
      const topic = `${topicPrefix}mapscope.probe.v1`;
      const message = { topic, partition, offset, key: 'k', value: VALUE, headers: {}, timestampMillis: 5 };
      await publisher.publish(deadLetterRecord(message, { code, message: 'why' }));
    }
    expect(codesOf(await ask({}))).toEqual(['BATCH_MALFORMED', 'CLICKHOUSE_REFUSED']);
    expect(codesOf(await ask({ code: 'CLICKHOUSE_REFUSED' }))).toEqual(['CLICKHOUSE_REFUSED']);

    expect(await ask({ verb: 'replay', code: 'CLICKHOUSE_REFUSED' })).toEqual({ replayed: [1], left: [] });
    const seen: StreamMessage[] = [];
    const consumer = await stream.consume({
      topic: 'probe',
      groupId: `g-${topicPrefix}`,
      onMessage: (message) => Promise.resolve(void seen.push(message)),
      onProblem: () => undefined,
    });
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(3);
    await consumer.close();
    expect(seen.map(({ value }) => Buffer.from(value ?? []).equals(VALUE))).toEqual([true, true, true]);
    expect(seen.find(({ headers }) => headers['replayed-from-offset'] !== undefined)?.key).toBe('k');
  });
});
