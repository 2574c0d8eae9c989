import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type OtlpPlace, openOtlpPlace } from './testing/otlp-place.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
    clickhouseUrl: string;
  }
}

const brokers = inject('kafkaBrokers') ?? [];
const clickhouseUrl = inject('clickhouseUrl') ?? '';

const GZIP = { 'content-encoding': 'gzip' };
const BOTH = ['application/x-protobuf', 'application/json'] as const;
const now = String(BigInt(Date.now()) * 1_000_000n);
const good = {
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  name: 'bad cases',
  startTimeUnixNano: now,
  endTimeUnixNano: now,
};
const spans = (...list: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] });
const gauge = (point: string): string =>
  `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"bad cases","gauge":{"dataPoints":[${point}]}}]}]}]}`;

describe.skipIf(brokers.length === 0 || clickhouseUrl === '')(
  'with a real broker and engine (skipped where none is provided)',
  () => {
    let place: OtlpPlace;
    beforeAll(async () => {
      place = await openOtlpPlace([...brokers], clickhouseUrl);
    });
    afterAll(() => place.close());
    const partly = () => place.ask("SELECT TraceId, SpanId FROM otel_traces WHERE ServiceName = 'partly'");

    const post = (body: string | Uint8Array, headers: Record<string, string>, path = '/v1/traces') =>
      fetch(`${place.url}${path}`, { method: 'POST', headers, body });
    const JSON_TYPE = { 'content-type': 'application/json' };
    const PROTO_TYPE = { 'content-type': 'application/x-protobuf' };

    test('single bad spans are told and the rest is kept, in the encoding of the request', async () => {
      const now = String(BigInt(Date.now()) * 1_000_000n);
      const good = {
        traceId: 'AB'.repeat(16),
        spanId: 'CD'.repeat(8),
        name: 'n',
        startTimeUnixNano: now,
        endTimeUnixNano: now,
      };
      const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'partly' } }] };
      const body = { resourceSpans: [{ resource, scopeSpans: [{ spans: [good, { ...good, spanId: '' }] }] }] };
      const answer = await post(gzipSync(JSON.stringify(body)), { ...JSON_TYPE, 'content-encoding': 'gzip' });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
      expect(await answer.json()).toEqual({
        partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('1 of 2 spans refused') },
      });
      await expect.poll(partly, { timeout: 30_000 }).toEqual([{ TraceId: 'ab'.repeat(16), SpanId: 'cd'.repeat(8) }]);
    });

    /** What is sent where, and what comes back: status, google.rpc.Code (0: success), part of the text. */
    test.each([
      ['no content type', '/v1/logs', '{}', {}, [415, undefined, 'application/x-protobuf']],
      ['another content type', '/v1/traces', 'x', { 'content-type': 'text/csv' }, [415, undefined, 'application/json']],
      ['another packing', '/v1/metrics', '{}', { ...JSON_TYPE, 'content-encoding': 'br' }, [415, 3, 'send gzip']],
      ['another path', '/v1/trace', '{}', JSON_TYPE, [404, 12, '/v1/traces, /v1/metrics, /v1/logs']],
      ['damaged protobuf', '/v1/traces', '\u0008', PROTO_TYPE, [400, 3, 'ExportTraceServiceRequest']],
      ['protobuf cut short', '/v1/logs', '\u000a\u007f\u0012', PROTO_TYPE, [400, 3, 'are left']],
      ['JSON cut short', '/v1/metrics', '{"resourceMetrics":', JSON_TYPE, [400, 3, 'not JSON']],
      ['JSON that is a list', '/v1/logs', '[]', JSON_TYPE, [400, 3, 'the body is []']],
      ['what is not gzip', '/v1/traces', '{}', { ...JSON_TYPE, ...GZIP }, [400, 3, 'not gzip']],
      ['gzip cut short', '/v1/logs', gzipSync('{}').subarray(0, 15), { ...JSON_TYPE, ...GZIP }, [400, 3, 'cut short']],
      ['an enum by name', '/v1/traces', spans({ ...good, kind: 'SPAN_KIND_SERVER' }), JSON_TYPE, [400, 3, 'kind']],
      ['a number that is none', '/v1/metrics', gauge('{"asDouble":"much"}'), JSON_TYPE, [400, 3, 'asDouble']],
      ['no bytes', '/v1/metrics', '', PROTO_TYPE, [200, 0, '']],
      ['an empty message', '/v1/logs', '{}', JSON_TYPE, [200, 0, '{}']],
      ['a charset', '/v1/traces', '{}', { 'content-type': 'Application/JSON; charset=utf-8' }, [200, 0, '{}']],
      [
        'fields that nobody knows',
        '/v1/logs',
        '{"later":[1],"resourceLogs":[{"later":{}}]}',
        JSON_TYPE,
        [200, 0, '{}'],
      ],
      ['names with underscores: nobody knows them', '/v1/traces', '{"resource_spans":7}', JSON_TYPE, [200, 0, '{}']],
      ['null for what is not there', '/v1/logs', '{"resourceLogs":null}', JSON_TYPE, [200, 0, '{}']],
      ['ids in base64', '/v1/traces', spans({ ...good, traceId: 'q83v' }), JSON_TYPE, [200, 0, '"rejectedSpans":"1"']],
      ['ids too short', '/v1/traces', spans({ ...good, spanId: 'ab' }), JSON_TYPE, [200, 0, '1 of 1 spans refused']],
      ['a point of 1970', '/v1/metrics', gauge('{"asInt":1}'), JSON_TYPE, [200, 0, '"rejectedDataPoints":"1"']],
      [
        '64-bit integers as numbers',
        '/v1/metrics',
        gauge(`{"timeUnixNano":${now},"asInt":"7"}`),
        JSON_TYPE,
        [200, 0, '{}'],
      ],
      [
        '64-bit integers as text',
        '/v1/metrics',
        gauge(`{"timeUnixNano":"${now}","asInt":7}`),
        JSON_TYPE,
        [200, 0, '{}'],
      ],
    ] as const)('%s (%s): answered as OTLP says', async (_, path, body, headers, [status, code, text]) => {
      const answer = await post(body, headers, path);
      const type = BOTH.find((each) => new Headers(headers).get('content-type')?.toLowerCase().startsWith(each));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        type ?? 'text/plain; charset=utf-8',
      ]);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.toString()).toContain(text);
      if (status === 200 || type === undefined) return;
      // google.rpc.Status: code is field 1
      expect(type === 'application/json' ? JSON.parse(bytes.toString()).code : bytes[1]).toBe(code);
    });

    test('another method is told which one, and a foreign page is sent away', async () => {
      const get = await fetch(`${place.url}/v1/logs`);
      expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
      const foreign = await post('{}', { ...JSON_TYPE, origin: 'https://evil.example' });
      expect([foreign.status, await foreign.json()]).toEqual([403, { code: 7, message: expect.any(String) }]);
    });

    test('a body over 64 MiB is 413, stated beforehand or not, packed or not, and memory stays bounded', async () => {
      const large = Buffer.alloc(65 * 1024 * 1024, ' ');
      const before = process.memoryUsage().rss;
      const stated = await post(large, PROTO_TYPE);
      expect([stated.status, stated.headers.get('content-type')]).toEqual([413, 'application/x-protobuf']);
      const parts = Array.from({ length: 80 }, () => large.subarray(0, 1024 * 1024));
      const unstated: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        headers: JSON_TYPE,
        body: ReadableStream.from(parts),
        duplex: 'half',
      };
      expect((await fetch(`${place.url}/v1/traces`, unstated)).status).toBe(413);
      const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      const bomb = Buffer.concat(Array<Buffer>(64).fill(gzipSync(large)));
      const answers = await Promise.all([1, 2, 3].map(() => post(bomb, gzip)));
      for (const answer of answers) expect([413, 503]).toContain(answer.status);
      expect(answers.some(({ status }) => status === 413)).toBe(true);
      expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
      expect((await post('{}', JSON_TYPE)).status).toBe(200);
    });
  },
);
