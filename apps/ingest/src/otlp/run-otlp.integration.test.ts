import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { decodeBatch, encodeBatch, parseTraceId } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatcher } from '../agent/batcher.ts';
import { fillColumns } from '../testing/fill-columns.ts';
import { exportLogs } from './testing/official-logs.ts';
import { exportMetrics } from './testing/official-metrics.ts';
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

const KINDS = [
  'otel_logs',
  'otel_metrics_exponential_histogram',
  'otel_metrics_gauge',
  'otel_metrics_histogram',
  'otel_metrics_sum',
  'otel_metrics_summary',
  'otel_traces',
];
const TABLES = [...KINDS, 'otel_traces_trace_id_ts', 'batches'];

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

    test('a summary is stored as it was sent, and a histogram keeps what it did not say', async () => {
      const now = String(BigInt(Date.now()) * 1_000_000n + 7n);
      const summary = { timeUnixNano: now, count: '3', sum: 6.5, quantileValues: [{ quantile: 0.99, value: 4.25 }] };
      const histogram = { timeUnixNano: now, count: 2, bucketCounts: [1, 1], explicitBounds: [0.5] };
      const metrics = [
        { name: 'quantiles', summary: { dataPoints: [summary] } },
        { name: 'buckets', histogram: { dataPoints: [histogram], aggregationTemporality: 1 } },
      ];
      const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`${place.url}/v1/metrics`, { method: 'POST', headers, body })).status).toBe(200);
      const time = 'toString(toUnixTimestamp64Nano(TimeUnix)) AS time';
      await expect
        .poll(
          () =>
            place.ask(
              `SELECT ${time}, toUInt8(Count) AS count, Sum, ValueAtQuantiles.Quantile AS q, ValueAtQuantiles.Value AS v FROM otel_metrics_summary WHERE MetricName = 'quantiles'`,
            ),
          { timeout: 30_000 },
        )
        .toEqual([{ time: now, count: 3, Sum: 6.5, q: [0.99], v: [4.25] }]);
      const buckets = `SELECT ${time}, Sum, Max, given, AggregationTemporality AS t FROM otel_metrics_histogram WHERE MetricName = 'buckets'`;
      await expect
        .poll(() => place.ask(buckets), { timeout: 30_000 })
        .toEqual([{ time: now, Sum: 0, Max: 0, given: 0, t: 1 }]);
    });

    test('a batch that Kafka brings twice changes nothing', async () => {
      const service = 'twice';
      await exportSpans(new ProtoExporter({ url: `${place.url}/v1/traces` }), service, 10);
      await exportMetrics(new ProtoMetrics({ url: `${place.url}/v1/metrics` }), service);
      await exportLogs(new ProtoLogs({ url: `${place.url}/v1/logs` }), service);
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
      const all = await place.ask("SELECT count() AS n FROM batches WHERE kind LIKE 'otel_%'");
      await expect.poll(() => sent.length, { timeout: 30_000 }).toBe(Number(all[0]?.['n']));
      await consumer.close();
      const rows = () =>
        place.ask(`SELECT ${TABLES.map((table) => `(SELECT count() FROM ${table}) AS ${table}`).join(', ')}`);
      const before = await rows();
      const kinds = new Set<string>();
      const publisher = await place.stream.publisher();
      // Under the key it came with: all sendings of a batch come on one partition.
      for (const { key, value } of sent) {
        const { header, block } = decodeBatch(value);
        kinds.add(header.kind);
        expect(header.family).toBe(header.kind);
        await publisher.publish({ topic: 'otlp', orderKey: key, value: encodeBatch(header, block) });
      }
      await expect.poll(written, { timeout: 30_000 }).toBe(0);
      expect(await rows()).toEqual(before);
      expect([...kinds].toSorted()).toEqual(KINDS);
    });

    test('at the end the role answers what it has and tells its counts', async () => {
      const facts = await place.stop();
      expect(facts).toMatchObject({ role: 'otlp', rejectedSpans: 0, refusedRequests: 0 });
      expect(facts['spans']).toBe(21);
    });
  },
);
