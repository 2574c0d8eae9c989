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

    test.each([
      ['an empty protobuf request', '', PROTO_TYPE, [200, 'application/x-protobuf'], ''],
      [
        'an empty JSON request',
        '{}',
        { 'content-type': 'application/json; charset=utf-8' },
        [200, 'application/json'],
        '{}',
      ],
      ['damaged protobuf', '\u0008', PROTO_TYPE, [400, 'application/x-protobuf'], 'protobuf'],
      ['damaged JSON', '{"resourceSpans":', JSON_TYPE, [400, 'application/json'], '"code":3'],
      ['what is not gzip', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }, [400, 'application/json'], 'not gzip'],
      ['another packing', '{}', { ...JSON_TYPE, 'content-encoding': 'br' }, [415, 'application/json'], 'send gzip'],
      [
        'another type',
        'x',
        { 'content-type': 'text/csv' },
        [415, 'text/plain; charset=utf-8'],
        'application/x-protobuf',
      ],
    ])('%s is answered as OTLP says', async (_, body, headers, expected, text) => {
      const answer = await post(body, headers);
      expect([answer.status, answer.headers.get('content-type')]).toEqual(expected);
      expect(await answer.text()).toContain(text);
    });

    test('other paths and methods are told where to go, and a foreign page is sent away', async () => {
      expect(await (await post('{}', JSON_TYPE, '/v1/traces/')).json()).toEqual({
        code: 12,
        message: expect.stringContaining('/v1/metrics'),
      });
      expect((await post('{}', JSON_TYPE, '/')).status).toBe(404);
      const get = await fetch(`${place.url}/v1/traces`);
      expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
      expect((await post('{}', { ...JSON_TYPE, origin: 'https://evil.example' })).status).toBe(403);
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
