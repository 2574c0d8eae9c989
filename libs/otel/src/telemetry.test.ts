import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished, expect, test } from 'vitest';

interface Received {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** A collector that keeps what it is sent. */
async function collector(): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const keep = async (request: IncomingMessage): Promise<void> => {
    const body = await read(request);
    received.push({ path: request.url ?? '', contentType: request.headers['content-type'] ?? '', body });
  };
  const server = createServer((request, response) => {
    void keep(request).finally(() => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, received };
}

/** Telemetry is global to a process, so each case gets its own; it prints the modules that were asked for. */
interface Run {
  readonly running: boolean;
  readonly modules: readonly string[];
  readonly shutdownMillis: number;
}

async function run(env: Record<string, string>): Promise<Run & { readonly stderr: string }> {
  const script = `
    import { registerHooks } from 'node:module';
    const modules = [];
    registerHooks({ resolve: (name, context, next) => (modules.push(name), next(name, context)) });
    const { startTelemetry, span, openServerSpan, SPANS } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
    const telemetry = await startTelemetry({ serviceName: 'mapscope-test', env: process.env });
    const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    const served = openServerSpan({ method: 'GET', route: '/api/v1/traces/:id', path: '/api/v1/traces/1', headers });
    await new Promise((resolve) => served.activate(resolve));
    await new Promise((resolve) => served.activate(() => span(SPANS.rootCause, { rows: 3 }, async () => 1).then(resolve)));
    served.end(200);
    await span(SPANS.insert, {}, async () => { throw new Error('planted'); }).catch(() => {});
    const begin = performance.now();
    await telemetry.shutdown();
    const shutdownMillis = performance.now() - begin;
    await new Promise((resolve) => process.stdout.write(JSON.stringify({ running: telemetry.running, modules, shutdownMillis }), resolve));
    process.exit(0);`;
  const argv = ['--conditions=source', '--input-type=module', '--eval', script];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { cwd, env, timeout: 15_000 });
  return { ...(JSON.parse(stdout) as Run), stderr };
}

test('an unasked process loads no SDK and its spans cost nothing', async () => {
  const { running, modules } = await run({});
  expect(running).toBe(false);
  expect(modules.filter((name) => /sdk|exporter|resources/.test(name))).toEqual([]);
});

test('spans and durations arrive at a collector as OTLP protobuf, children under the caller’s trace', async () => {
  const { url, received } = await collector();
  const { running } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
  expect(running).toBe(true);
  const traces = received.find(({ path }) => path === '/v1/traces');
  expect(traces?.contentType).toBe('application/x-protobuf');
  for (const text of ['mapscope-test', 'GET /api/v1/traces/:id', 'mapscope.root_cause', 'planted']) {
    expect(traces?.body.includes(text), text).toBe(true);
  }
  const traceId = Buffer.from('4bf92f3577b34da6a3ce929d0e0e4736', 'hex');
  // The server span and the span below it; the third, opened outside, has a trace of its own.
  expect(occurrences(traces?.body ?? Buffer.alloc(0), traceId)).toBe(2);
  const metrics = received.find(({ path }) => path === '/v1/metrics');
  expect(metrics?.body.includes('http.server.request.duration')).toBe(true);
});

test('a collector that is away makes the end of the program neither fail nor wait, and is reported', async () => {
  const { running, stderr, shutdownMillis } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(running).toBe(true);
  expect(stderr).toContain('is the collector running?');
  // The bound is 3 s; an exporter left to itself tries for 10 s (OTEL_EXPORTER_OTLP_TIMEOUT's default) and more.
  expect(shutdownMillis).toBeLessThan(8000);
});

function occurrences(haystack: Buffer, needle: Buffer): number {
  let found = 0;
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) found++;
  return found;
}
