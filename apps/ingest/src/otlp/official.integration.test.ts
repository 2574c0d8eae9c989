import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { exportLogs, logQuery, logRows } from './testing/official-logs.ts';
import { exportMetrics, METRIC_QUERIES, metricRows } from './testing/official-metrics.ts';
import { byId, exportSpans, rowOf, SELECT } from './testing/official-spans.ts';
import { type OtlpPlace, openOtlpPlace } from './testing/otlp-place.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';

const PROTOCOLS = [
  ['http/protobuf', ProtoTraces, ProtoMetrics, ProtoLogs],
  ['http/json', JsonTraces, JsonMetrics, JsonLogs],
  ['grpc', GrpcTraces, GrpcMetrics, GrpcLogs],
] as const;

describe.skipIf(brokers.length === 0 || clickhouseUrl === '')(
  'with a real broker and engine (skipped where none is provided)',
  () => {
    let place: OtlpPlace;
    beforeAll(async () => {
      place = await openOtlpPlace([...brokers], clickhouseUrl);
    });
    afterAll(() => place.close());

    const rowsWhenStored = async (sql: string, count: number) => {
      await expect.poll(async () => (await place.ask(sql)).length, { timeout: 30_000, interval: 100 }).toBe(count);
      return place.ask(sql);
    };
    const aim = (protocol: string, path: string, compression: string) => ({
      url: protocol === 'grpc' ? place.grpcUrl : `${place.url}${path}`,
      // The enum of the exporters is a TypeScript one; its values are these words.
      compression: compression as never,
    });

    describe.each(PROTOCOLS)('the official exporters by %s', (protocol, Traces, Metrics, Logs) => {
      test.each(['none', 'gzip'])('traces (%s): every span is stored once, field by field', async (packing) => {
        const service = `traces ${protocol} ${packing}`;
        const held = await exportSpans(new Traces(aim(protocol, '/v1/traces', packing)), service, 60);
        const rows = await rowsWhenStored(`${SELECT} WHERE ServiceName = '${service}'`, 120);
        expect(rows.toSorted(byId)).toEqual(held.map((span) => rowOf(span, service)).toSorted(byId));
      });

      test('metrics: every point of every kind is stored once, field by field', async () => {
        const service = `metrics ${protocol}`;
        const held = await exportMetrics(new Metrics(aim(protocol, '/v1/metrics', 'gzip')), service);
        for (const { type, sql } of METRIC_QUERIES) {
          const expected = metricRows(held, type, service);
          expect(expected.length).toBeGreaterThanOrEqual(2);
          expect(await rowsWhenStored(sql(service), expected.length)).toEqual(expected);
        }
      });

      test('logs: every record is stored once, field by field, whatever its body is', async () => {
        const service = `logs ${protocol}`;
        const held = await exportLogs(new Logs(aim(protocol, '/v1/logs', 'gzip')), service);
        const expected = logRows(held, service);
        expect(expected.length).toBe(8);
        expect(await rowsWhenStored(logQuery(service), 8)).toEqual(expected);
      });
    });

    test('nothing was refused, and nothing came twice', async () => {
      expect(await place.stop()).toMatchObject({
        refusedRequests: 0,
        spans: 6 * 120,
        points: 3 * 2 * 13,
        logRecords: 3 * 8,
        rejectedSpans: 0,
        rejectedPoints: 0,
        rejectedLogRecords: 0,
      });
    });
  },
);
