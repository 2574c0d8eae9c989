import type { TraceRecord } from '@mapscope/store';
import { expect, test } from 'vitest';
import { KNOWN_TRACE, plainStore } from '../testing/plain-store.ts';
import { parseTraceId } from '@mapscope/events';
import { layWait } from './lay-wait.ts';

const MS = 1_000_000n;

/** One request of 100 ms on goroutine 7, with what a test adds. */
async function traceOf(change: (trace: TraceRecord) => Partial<TraceRecord>): Promise<TraceRecord> {
  const found = await plainStore().trace(parseTraceId(KNOWN_TRACE));
  if (found === undefined) throw new Error('nothing was planted');
  const requests = found.requests.map((one) => ({ ...one, startUnixNanos: 0n, durationNanos: 100e6 }));
  const trace = { ...found, requests, spans: [] };
  return { ...trace, ...change(trace) };
}

async function lay(at: bigint, change: (trace: TraceRecord) => Partial<TraceRecord>, waiterGoid = 7) {
  const trace = await traceOf(change);
  const [wait] = trace.waits;
  if (wait === undefined) throw new Error('nothing was planted');
  return layWait({ ...wait, startUnixNanos: at, waitNanos: 30e6, waiterGoid }, trace);
}

const span = (trace: TraceRecord, spanId: string, from: bigint, millis: number) => ({
  spanId,
  parentSpanId: '',
  name: 'x',
  kind: 'Internal',
  service: trace.requests[0]?.service ?? '',
  startUnixNanos: from * MS,
  durationNanos: millis * 1e6,
  statusCode: 'Ok',
  attributes: {},
});

const spans = (trace: TraceRecord) => ({
  spans: [
    span(trace, 'outer', 0n, 100),
    span(trace, 'inner', 10n, 20),
    { ...span(trace, 'far', 10n, 5), service: 'far' },
  ],
});

const two = ({ requests }: TraceRecord) => ({
  requests: requests.flatMap((one) => [one, { ...one, spanId: 'other', goid: 8, durationNanos: 90e6 }]),
});

test('a wait lies on its request, clipped where that ends', async () => {
  expect(await lay(20n * MS, () => ({}))).toMatchObject({ kind: 'request', offsetMs: 20, clippedMs: 30 });
  expect(await lay(90n * MS, () => ({}))).toMatchObject({ offsetMs: 90, clippedMs: 10 });
  expect(await lay(100n * MS, () => ({}))).toBeNull();
});

test('the innermost span of the same service holds it; a span as long as the request does not take its place', async () => {
  expect(await lay(12n * MS, spans)).toEqual({ spanId: 'inner', kind: 'span', offsetMs: 2, clippedMs: 18 });
  expect(await lay(40n * MS, spans)).toMatchObject({ kind: 'request' });
  expect(await lay(40n * MS, (trace) => ({ ...spans(trace), requests: [] }))).toMatchObject({
    spanId: 'outer',
    kind: 'span',
  });
});

test('of requests at the same moment it is that of its own goroutine', async () => {
  expect(await lay(20n * MS, two)).toMatchObject({ spanId: '00f067aa0ba902b7' });
  expect(await lay(20n * MS, two, 8)).toMatchObject({ spanId: 'other' });
  expect(await lay(20n * MS, two, 9)).toMatchObject({ spanId: 'other' });
});
