/** One bent request over HTTP or gRPC, and what it was answered with. */
import { Agent, request as openRequest } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import type { Signal } from '@mapscope/otel';
import type { Bent } from './fuzz-requests.ts';

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
export const closeAgent = (): void => agent.destroy();

export function sendHttp(url: string, { method, path, headers, body }: Bent): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const length = { 'content-length': String(body.length) };
  const request = openRequest(`${url}${path}`, { method, headers: { ...headers, ...length }, agent }, (response) => {
    const chunks: Uint8Array[] = [];
    response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    response.on('error', reject).on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        type: response.headers['content-type'] ?? '',
        body: Buffer.concat(chunks),
      }),
    );
  });
  request.on('error', reject).end(body);
  return promise;
}

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
};

/** Resolves to grpc-status, or −1 where the call was ended without one. */
export function sendGrpc(
  session: ClientHttp2Session,
  { signal, body, isPacked }: Bent,
  frame: number,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const stream = session.request({
    ':method': 'POST',
    ':path': `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`,
    'content-type': 'application/grpc+proto',
    ...(isPacked && { 'grpc-encoding': 'gzip' }),
    te: 'trailers',
  });
  const take = (headers: Record<string, unknown>): void => {
    if (headers['grpc-status'] !== undefined) resolve(Number(headers['grpc-status']));
  };
  stream
    .on('response', take)
    .on('trailers', take)
    .on('error', () => resolve(-1))
    .on('close', () => resolve(-1));
  stream.resume();
  const head = Buffer.alloc(5);
  head[0] = isPacked ? 1 : 0;
  head.writeUInt32BE((body.length + frame) >>> 0, 1);
  stream.end(Buffer.concat([head, body]));
  return promise;
}
