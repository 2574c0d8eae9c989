/** A request as the official exporters send it: 512 spans of a service, eight attributes each; about 300 bytes a span. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Encoding } from '@mapscope/otel';

/** What an SDK's batch processor sends at most at once. */
export const SPANS = 512;

export async function officialRequest(encoding: Encoding): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      resolve(Buffer.concat(chunks));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  // A TCP server that listens has an AddressInfo.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const exporter = encoding === 'json' ? new JsonExporter({ url }) : new ProtoExporter({ url });
  await exportSpans(exporter);
  server.close().closeAllConnections();
  return promise;
}

async function exportSpans(exporter: ProtoExporter | JsonExporter): Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'order', 'host.arch': 'amd64', 'process.pid': 77 }),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxExportBatchSize: SPANS, maxQueueSize: SPANS })],
  });
  const tracer = provider.getTracer('shop', '1.2.3');
  for (let i = 0; i < SPANS; i++) {
    tracer.startSpan(`GET /order/${i % 20}`, { kind: SpanKind.SERVER, attributes: attributes(i) }).end();
  }
  await provider.forceFlush();
  await provider.shutdown();
}

const attributes = (i: number): Attributes => ({
  'http.request.method': 'GET',
  'http.route': `/order/{id}`,
  'url.path': `/order/${i}`,
  'server.address': 'shop.example',
  'http.response.status_code': i % 50 === 0 ? 500 : 200,
  'user.id': `user-${i % 97}`,
  'retry.count': i % 3,
  'cache.hit': i % 2 === 0,
});
