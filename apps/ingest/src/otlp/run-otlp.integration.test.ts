import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { decodeBatch, encodeBatch, parseTraceId } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatcher } from '../agent/batcher.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { exportSpans, SELECT } from './testing/official-spans.ts';
import { type OtlpPlace, openOtlpPlace } from './testing/otlp-place.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';

describe.skipIf(brokers.length === 0 || clickhouseUrl === '')(
  'with a real broker and engine (skipped where none is provided)',
  () => {
    let place: OtlpPlace;
    beforeAll(async () => {
      place = await openOtlpPlace([...brokers], clickhouseUrl);
    });
    afterAll(() => place.close());

    const spansOf = (service: string) => place.ask(`${SELECT} WHERE ServiceName = '${service}'`);
    const stored = async (service: string, count: number) => {
      await expect.poll(async () => (await spansOf(service)).length, { timeout: 30_000, interval: 100 }).toBe(count);
    };

    test('the spans of a trace join what the probes saw of it', async () => {
      const traceId = 'c0ffee00c0ffee00c0ffee00c0ffee00';
      const start = BigInt(Date.now()) * 1_000_000n;
      const span = {
        traceId,
        spanId: '1'.repeat(16),
        name: 'join',
        kind: 2,
        startTimeUnixNano: String(start),
        endTimeUnixNano: String(start + 9n),
      };
      const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
      const waits = fillColumns('lock_waits', 3, start);
      const bytes = Buffer.from(traceId.repeat(3), 'hex');
      const columns = {
        ...waits,
        columns: { ...waits.columns, trace_id: { storage: 'bytes16', values: bytes } as const },
      };
      const identity = { agent: '5'.repeat(32) as never, boot: start, service: 'x', platform: 'p' };
      const [batch] = makeBatcher(identity, 8_000_000).prepare(columns, { submitted: 3n, lost: 0n });
      const publisher = await place.stream.publisher();
      await publisher.publish({ topic: 'probe', orderKey: 'w', value: batch!.value });
      expect(
        (
          await fetch(`${place.url}/v1/traces`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          })
        ).status,
      ).toBe(200);
      const joined = async (): Promise<number[]> => {
        const found = await place.store.trace(parseTraceId(traceId));
        return [found?.waits.length ?? 0, found?.spans.length ?? 0];
      };
      await expect.poll(joined, { timeout: 30_000 }).toEqual([3, 1]);
    });

    test('a batch that Kafka brings twice changes nothing', async () => {
      const service = 'twice';
      await exportSpans(new ProtoExporter({ url: `${place.url}/v1/traces` }), service, 10);
      await stored(service, 20);
      const sent: { readonly key: string; readonly value: Uint8Array }[] = [];
      const consumer = await place.stream.consume({
        topic: 'otlp',
        groupId: `again-${place.topicPrefix}`,
        onMessage: async ({ key, value }) => void (key !== null && value !== null && sent.push({ key, value })),
        onProblem: () => undefined,
      });
      const written = () => place.stream.lag(`g-${place.topicPrefix.slice(2, -1)}-otlp`, 'otlp');
      // Rows are in the table a moment before their batch is in the ledger.
      await expect.poll(written, { timeout: 30_000 }).toBe(0);
      const all = await place.ask("SELECT count() AS n FROM batches WHERE kind = 'otel_traces'");
      await expect.poll(() => sent.length, { timeout: 30_000 }).toBe(Number(all[0]?.['n']));
      await consumer.close();
      const rows = () =>
        place.ask(
          'SELECT (SELECT count() FROM otel_traces) AS spans, (SELECT count() FROM otel_traces_trace_id_ts) AS traces, (SELECT count() FROM batches) AS batches',
        );
      const before = await rows();
      const publisher = await place.stream.publisher();
      // Under the key it came with: all sendings of a batch come on one partition.
      for (const { key, value } of sent) {
        const { header, block } = decodeBatch(value);
        expect(header).toMatchObject({ kind: 'otel_traces', family: 'otel_traces' });
        await publisher.publish({ topic: 'otlp', orderKey: key, value: encodeBatch(header, block) });
      }
      await expect.poll(written, { timeout: 30_000 }).toBe(0);
      expect(await rows()).toEqual(before);
    });

    test('at the end the role answers what it has and tells its counts', async () => {
      const facts = await place.stop();
      expect(facts).toMatchObject({ role: 'otlp', rejectedSpans: 0, refusedRequests: 0 });
      expect(facts['spans']).toBe(21);
    });
  },
);
