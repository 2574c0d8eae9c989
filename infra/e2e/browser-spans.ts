/** Spans as an OpenTelemetry SDK sends them, beside a request that the probe has seen. */
import type { TraceAnswer } from '@mapscope/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../world/world.ts';

export const SDK_ONLY_TRACE = '5d'.repeat(16);
const SERVER_SPAN = 'a1'.repeat(8);
const INNER_SPAN = 'a2'.repeat(8);

/** OTLP's SpanKind and StatusCode (opentelemetry-proto, trace/v1/trace.proto). */
const KIND = { internal: 1, server: 2 };
const ERROR = { code: 2 };

const unixNanos = (instant: string): bigint => {
  const [seconds = '', fraction = ''] = instant.replace('Z', '').split('.');
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
};

const nanos = (ms: number): bigint => BigInt(Math.round(ms * 1e6));

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** A server span just within the request, and one within it that is open while the request waits for its lock. */
function spansBeside({ requests, waits }: TraceAnswer, traceId: string) {
  const [request, wait] = [requests[0], waits.toSorted((a, b) => b.waitMs - a.waitMs)[0]];
  if (request === undefined || wait === undefined) throw new Error('the exemplar trace has no request or no wait');
  const begin = unixNanos(request.start);
  const [waitBegin, waitEnd] = [unixNanos(wait.start), unixNanos(wait.start) + nanos(wait.waitMs + wait.schedMs)];
  const end = begin + nanos(request.durationMs);
  const parent = request.parentSpanId === null ? {} : { parentSpanId: request.parentSpanId };
  return [
    {
      traceId,
      spanId: SERVER_SPAN,
      ...parent,
      name: 'handle order',
      kind: KIND.server,
      startTimeUnixNano: String(begin + 10_000n),
      endTimeUnixNano: String(end - 10_000n),
      status: {},
      attributes: [text('http.request.method', request.method), text('http.route', request.route)],
    },
    {
      traceId,
      spanId: INNER_SPAN,
      parentSpanId: SERVER_SPAN,
      name: 'look up product',
      kind: KIND.internal,
      startTimeUnixNano: String(waitBegin - 5000n),
      endTimeUnixNano: String(waitEnd + 5000n),
      status: ERROR,
      attributes: [text('product.cache', 'products'), text('app.release', '2026.11')],
    },
  ];
}

async function sendSpans(otlpUrl: string, spans: readonly object[]): Promise<void> {
  const resource = { attributes: [text('service.name', 'order')] };
  const body = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'shop' }, spans }] }] };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`OTLP answered ${response.status}: ${await response.text()}`);
}

const readTrace = async (apiUrl: string, traceId: string): Promise<TraceAnswer | undefined> => {
  const response = await fetch(`${apiUrl}/api/v1/traces/${traceId}`);
  // The contract's shape, checked by the api's own tests.
  return response.ok ? ((await response.json()) as TraceAnswer) : undefined;
};

const STORED_MILLIS = 20_000;

/** Sends spans of a trace that the probe knows and of one that it does not, and waits until both are stored. */
export async function addSdkSpans({ apiUrl, otlpUrl }: World, traceId: string): Promise<void> {
  const probed = await readTrace(apiUrl, traceId);
  if (probed === undefined) throw new Error(`trace ${traceId} is not stored`);
  const spans = spansBeside(probed, traceId);
  await sendSpans(otlpUrl, [...spans, ...spansBeside(probed, SDK_ONLY_TRACE)]);
  for (const deadline = Date.now() + STORED_MILLIS; ;) {
    const both = await Promise.all([traceId, SDK_ONLY_TRACE].map((id) => readTrace(apiUrl, id)));
    if (both.every((trace) => trace?.spans.length === 2)) return;
    if (Date.now() > deadline) throw new Error('the spans were taken, but are not stored after 20 s');
    await sleep(300);
  }
}
