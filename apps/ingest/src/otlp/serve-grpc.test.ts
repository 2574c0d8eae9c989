import { gzipSync } from 'node:zlib';
import { connect } from 'node:http2';
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { byteBudget, type Signal } from '@mapscope/otel';
import { afterEach, expect, test } from 'vitest';
import { makeBacklog } from './backlog.ts';
import { makeOtlpCounters } from './counters.ts';
import { makeDesk } from './desk.ts';
import { type Taken, takeRequest } from './intake.ts';
import { type GrpcServeNeeds, serveGrpc } from './serve-grpc.ts';

const closings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

const clock = { unixNanos: () => 1_795_600_000_000_000_000n, monotonicNanos: () => 0n };
const NAMES: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
};
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

interface Place {
  readonly port?: number;
  readonly take?: (signal: Signal) => Promise<Taken>;
  readonly budget?: number;
  readonly guard?: GrpcServeNeeds['guard'];
}

/** The real receiver; what it takes goes nowhere. */
async function start({ port = 0, take, budget: bytes = 128 * 1024 * 1024, guard }: Place = {}) {
  const faults: unknown[] = [];
  const refused: boolean[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  const intake = {
    clock,
    counters: makeOtlpCounters(),
    batcher: { prepare: () => [] },
    publish: async () => undefined,
  };
  const budget = byteBudget(bytes);
  const desk = makeDesk({
    take: (request) => (take === undefined ? takeRequest(request, intake) : take(request.signal)),
    backlog: makeBacklog(50, () => performance.now()),
    budget,
    answerMillis: 100,
    onFault,
  });
  const served = await serveGrpc('127.0.0.1', port, {
    guard: guard ?? { check: () => ({ allowed: true, scopes: 'all', prefix: undefined }) },
    desk,
    budget,
    onAnswered: (isRefused) => void refused.push(isRefused),
    onFault,
  });
  closings.push(() => served.close(Promise.resolve(), 1_000));
  const authority = served.url.slice('http://'.length);
  const client = new Client(authority, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': compressionAlgorithms.identity,
  });
  closings.push(() => client.close());
  return { client, url: served.url, faults, refused };
}

interface Answered {
  readonly code: number;
  readonly text: string;
  readonly details: string;
}

const asItIs = (message: Buffer): Buffer => message;

function call(client: Client, path: string, body: Uint8Array, metadata = new Metadata()): Promise<Answered> {
  const { promise, resolve } = Promise.withResolvers<Answered>();
  const answered = (error: ServiceError | null, answer?: Buffer): void => {
    const details = error?.metadata.get('grpc-status-details-bin')[0];
    resolve({
      code: error?.code ?? 0,
      text: error?.details ?? answer?.toString('hex') ?? '',
      details: Buffer.from(details ?? '').toString(),
    });
  };
  client.makeUnaryRequest(path, asItIs, asItIs, Buffer.from(body), metadata, answered);
  return promise;
}

const pathOf = (signal: Signal): string => `/opentelemetry.proto.collector.${NAMES[signal]}/Export`;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
/** resource_logs { scope_logs { log_records { trace_id: "abcd" } } } */
const BAD_ID = bytes('0a08120612044a02abcd');

test.each([
  ['nothing', 'traces', '', 0, ''],
  ['nothing', 'metrics', '', 0, ''],
  ['nothing', 'logs', '', 0, ''],
  ['a field that nobody knows', 'logs', '9a0601ff', 0, ''],
  ['damaged protobuf', 'traces', '08', status.INVALID_ARGUMENT, 'ExportTraceServiceRequest'],
  ['protobuf cut short', 'metrics', '0a7f12', status.INVALID_ARGUMENT, 'are left'],
  ['a message in another wire type', 'logs', '0800', 0, ''],
] as const)('%s (%s) is answered as OTLP says', async (_, signal, hex, code, text) => {
  const { client, refused } = await start();
  const answer = await call(client, pathOf(signal), bytes(hex));
  expect(answer).toMatchObject({ code, text: expect.stringContaining(text) });
  expect(refused).toEqual([code !== 0]);
  if (code !== 0) expect(answer.details).toContain(text);
});

test('a single bad record is told in the partial success', async () => {
  const { client } = await start();
  const { code, text } = await call(client, pathOf('logs'), BAD_ID);
  expect([code, bytes(text).subarray(2, 4)]).toEqual([0, bytes('0801')]);
  expect(bytes(text).toString()).toContain('1 of 1 log records refused');
});

test('a port that is taken is named, and how to take another', async () => {
  const { url } = await start();
  await expect(start({ port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining('--grpc-port'),
  });
});

test('other services and methods are unimplemented', async () => {
  const { client } = await start();
  for (const path of ['/opentelemetry.proto.collector.trace.v1.TraceService/Import', '/x.Y/Export'])
    expect((await call(client, path, bytes(''))).code).toBe(status.UNIMPLEMENTED);
});

test('a caller without the right key is refused before its bytes are read', async () => {
  const { client, refused } = await start({
    take: () => Promise.reject(new Error('must not be reached')),
    guard: {
      check: ({ headers }, scope) =>
        headers['authorization'] === 'Bearer msk_good'
          ? { allowed: true, scopes: 'all', prefix: undefined }
          : { allowed: false, status: 401, reason: `needs ${scope} at ${String(headers['host']).split(':')[0]}` },
    },
  });
  const large = Buffer.alloc(4 * 1024 * 1024);
  expect(await call(client, pathOf('logs'), large)).toMatchObject({
    code: status.UNAUTHENTICATED,
    text: 'needs ingest at 127.0.0.1',
  });
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer msk_good');
  expect((await call(client, pathOf('logs'), large, metadata)).code).toBe(status.INTERNAL);
  expect(refused).toEqual([true, true]);
});

test('while Kafka hangs a client hears UNAVAILABLE with RetryInfo in time, and the next one at once', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let takes = 0;
  const { client } = await start({
    take: async () => {
      takes += 1;
      await promise;
      return { outcome: 'taken', rejected: 0, message: '' };
    },
  });
  const later = { code: status.UNAVAILABLE, details: expect.stringContaining(RETRY_INFO) };
  expect(await call(client, pathOf('traces'), bytes(''))).toMatchObject(later);
  expect(await call(client, pathOf('traces'), bytes(''))).toMatchObject(later);
  expect(takes).toBe(1);
  resolve();
  await expect.poll(async () => (await call(client, pathOf('traces'), bytes(''))).code).toBe(0);
});

test('when all requests together are too many bytes, one more is sent back, and the next small one is taken', async () => {
  const { client } = await start({ budget: 1_000 });
  expect(await call(client, pathOf('logs'), Buffer.alloc(1_001))).toMatchObject({ code: status.UNAVAILABLE });
  expect((await call(client, pathOf('logs'), bytes(''))).code).toBe(0);
});

test('a message over 64 MiB is RESOURCE_EXHAUSTED, as stated or as unpacked, and memory stays bounded', async () => {
  const { client, url, refused } = await start();
  const before = process.memoryUsage().rss;
  const large = Buffer.alloc(64 * 1024 * 1024 + 1);
  const packed = gzipSync(large);
  expect((await call(client, pathOf('traces'), large)).code).toBe(status.RESOURCE_EXHAUSTED);
  const bomb = await Promise.all(Array.from({ length: 6 }, () => raw(url, packed, 'gzip')));
  expect(bomb).toEqual(Array.from({ length: 6 }, () => String(status.RESOURCE_EXHAUSTED)));
  // @grpc/grpc-js answers these by itself.
  expect(await raw(url, packed.subarray(0, 100), 'gzip')).toBe(String(status.INTERNAL));
  expect(await raw(url, bytes('00'), 'br')).toBe(String(status.UNIMPLEMENTED));
  expect((await call(client, pathOf('traces'), bytes(''))).code).toBe(0);
  await expect.poll(() => refused.filter((isRefused) => isRefused).length).toBe(9);
  expect(process.memoryUsage().rss - before).toBeLessThan(900 * 1024 * 1024);
});

/** One message, marked as packed, over HTTP/2 by hand; resolves to grpc-status. */
function raw(url: string, message: Uint8Array, encoding: string): Promise<string> {
  const session = connect(url);
  closings.push(() => session.destroy());
  const { promise, resolve } = Promise.withResolvers<string>();
  const stream = session.request({
    ':method': 'POST',
    ':path': pathOf('logs'),
    'content-type': 'application/grpc+proto',
    'grpc-encoding': encoding,
    te: 'trailers',
  });
  const take = (headers: Record<string, unknown>): void => {
    if (headers['grpc-status'] !== undefined) resolve(String(headers['grpc-status']));
  };
  stream.on('response', take).on('trailers', take).resume();
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([head, message]));
  return promise;
}
