/**
 * Question: how many spans a second and core does the receiver take from a socket to where Kafka has acknowledged them? Fair: the
 * program that runs in production, requests as the official exporters send them (request.ts), one under way on each of eight
 * connections, counted when they were answered with success; CPU of the role alone, so that who sends and Kafka do not count.
 *
 * One argument, JSON: { kafkaBrokers, encoding, transport, seconds }. Prints one JSON object.
 */
import { once } from 'node:events';
import { Agent, request as openRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Encoding } from '@mapscope/otel';
import { cpuSeconds, peakMebibytes } from '../store/cpu-seconds.ts';
import { startRole } from '../store/roles.ts';
import { officialRequest, SPANS } from './request.ts';

interface Asked {
  readonly kafkaBrokers: readonly string[];
  readonly encoding: Encoding;
  readonly transport: 'http' | 'grpc';
  readonly seconds: number;
}

const CONNECTIONS = 8;
const WARM_UP_SECONDS = 2;
const TYPES: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };

// The argument is written by infra/bench/suites/otlp.ts.
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const body = await officialRequest(asked.encoding);
const ports = ['--port', '0', '--grpc-port', '0'];
const kafka = ['--kafka-brokers', asked.kafkaBrokers.join(','), '--topic-prefix', `bench-${process.pid}.`];
const { child, said } = startRole('otlp', [...ports, ...kafka]);
try {
  const ready = await said('ready');
  const senders = openSenders(ready);
  await sendFor(senders, WARM_UP_SECONDS);
  const pid = child.pid ?? 0;
  const before = cpuSeconds(pid);
  const began = performance.now();
  const requests = await sendFor(senders, asked.seconds);
  const answer = {
    spans: requests * SPANS,
    cpuSeconds: cpuSeconds(pid) - before,
    seconds: (performance.now() - began) / 1000,
    mebibytes: peakMebibytes(pid),
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} finally {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
process.exit(0);

/** Each sends one request and resolves when it was taken. */
function openSenders(ready: Readonly<Record<string, unknown>>): readonly (() => Promise<void>)[] {
  return Array.from({ length: CONNECTIONS }, () => {
    if (asked.transport === 'grpc') {
      const session = connect(String(ready['grpcUrl']));
      return () => sendGrpc(session);
    }
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return () => sendHttp(`${String(ready['url'])}/v1/traces`, agent);
  });
}

async function sendFor(senders: readonly (() => Promise<void>)[], seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let requests = 0;
  const each = senders.map(async (send) => {
    while (performance.now() < end) {
      await send();
      requests += 1;
    }
  });
  await Promise.all(each);
  return requests;
}

function sendHttp(url: string, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { 'content-type': TYPES[asked.encoding], 'content-length': String(body.length) };
  const request = openRequest(url, { method: 'POST', headers, agent }, (response) => {
    if (response.statusCode !== 200) reject(new Error(`answered with ${String(response.statusCode)}`));
    response.resume().once('end', resolve);
  });
  request.once('error', reject).end(body);
  return promise;
}

function sendGrpc(session: ClientHttp2Session): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = session.request({
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc+proto',
    te: 'trailers',
  });
  stream.once('trailers', (trailers) => {
    if (Number(trailers['grpc-status']) === 0) resolve();
    else reject(new Error(`answered with ${String(trailers['grpc-message'])}`));
  });
  stream.once('error', reject).resume();
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([head, body]));
  return promise;
}
