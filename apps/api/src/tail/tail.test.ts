import { tailEvent } from '@mapscope/contract';
import { MapscopeError } from '@mapscope/events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryTail } from '../testing/memory-tail.ts';
import { plainStore } from '../testing/plain-store.ts';
import { readEvents, type ReadEvent } from '../testing/read-events.ts';
import { runningApi } from '../testing/running-api.ts';

const AGENT = 'ab'.repeat(16);

/** Opens a tail and ends it with the test; `next` gives its events one by one. */
async function openTail(get: (path: string, init?: RequestInit) => Promise<Response>, path = '', headers = {}) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await get(`/api/v1/events/tail${path}`, { signal: stop.signal, headers });
  const events = readEvents(response);
  const next = async (): Promise<ReadEvent> => (await events.next()).value ?? { event: 'end', id: '', data: '' };
  return { response, next, stop: () => stop.abort() };
}

test('events come as they become queryable, by the contract, and a tail begins now', async () => {
  const tail = memoryTail();
  tail.add({ agent: AGENT, kind: 'lock_waits', sequence: 1n, rows: 5 });
  const { get } = await runningApi({ store: plainStore({ tail }) });
  const { response, next } = await openTail(get);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await next()).toMatchObject({ event: '', id: expect.stringMatching(/^1\./) });
  tail.add({ agent: AGENT, kind: 'lock_waits', sequence: 2n, rows: 1 });
  tail.add({ agent: AGENT, kind: 'http_requests', sequence: 9n, rows: 1 });
  const events = [await next(), await next()];
  expect(events.map(({ event }) => event).sort()).toEqual(['http_request', 'lock_wait']);
  const wait = tailEvent.parse(JSON.parse(events.find(({ event }) => event === 'lock_wait')?.data ?? ''));
  expect(wait).toMatchObject({ kind: 'lock_wait', waitMs: 2.5, waiter: { line: 42 }, service: 'order' });
  expect(wait.holder).toBeUndefined();
});

test('after a break it goes on where it was, by Last-Event-ID or after=', async () => {
  const tail = memoryTail();
  const { get } = await runningApi({ store: plainStore({ tail }) });
  const first = await openTail(get, '?kind=lock_wait');
  await first.next();
  tail.add({ agent: AGENT, kind: 'lock_waits', sequence: 1n, rows: 3 });
  const seen = await first.next();
  first.stop();
  for (const again of [
    await openTail(get, `?kind=lock_wait&after=${seen.id}`),
    await openTail(get, '', { 'last-event-id': seen.id }),
  ]) {
    await again.next();
    const rest = [await again.next(), await again.next()].map(
      ({ data }) => (JSON.parse(data) as { traceId: string }).traceId,
    );
    expect(new Set([...rest, (JSON.parse(seen.data) as { traceId: string }).traceId]).size).toBe(3);
  }
});

test('what is no cursor or no kind is refused before anything is sent', async () => {
  const { get } = await runningApi();
  for (const [path, text] of [
    ['?after=x', 'is not a cursor'],
    ['?kind=lock_waits', 'give one of lock_wait'],
    ['?servce=a', 'did you mean "service"?'],
  ] as const) {
    const response = await get(`/api/v1/events/tail${path}`);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining(text.replaceAll('"', '\\"')),
    ]);
  }
  const head = await get('/api/v1/events/tail', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('sixteen listen, the next is told to come back, and a place that is left is given again', async () => {
  const { get } = await runningApi();
  const open = await Promise.all(Array.from({ length: 16 }, () => openTail(get)));
  const refused = await get('/api/v1/events/tail');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  open[0]?.stop();
  await refused.text();
  // The server hears of it by the closed socket.
  await vi.waitFor(async () => expect((await openTail(get)).response.status).toBe(200), { timeout: 10_000 });
});

test('the stream ends with the api, which does not wait for its listeners', async () => {
  const { get, close } = await runningApi();
  const { next } = await openTail(get);
  await next();
  await close();
  expect(await next()).toMatchObject({ event: 'end' });
});

test('a store that goes away is told once, and the tail goes on when it is back', async () => {
  const tail = memoryTail();
  const away = new MapscopeError('CLICKHOUSE_UNREACHABLE', 'nobody answers');
  let fails = false;
  const batches: typeof tail.batches = (...asked) => (fails ? Promise.reject(away) : tail.batches(...asked));
  const { get } = await runningApi({ store: plainStore({ tail: { ...tail, batches } }) });
  const { next } = await openTail(get);
  await next();
  fails = true;
  expect(await next()).toMatchObject({ event: 'problem', data: expect.stringContaining('nobody answers') });
  tail.add({ agent: AGENT, kind: 'lock_waits', sequence: 1n, rows: 1 });
  await new Promise((resolve) => setTimeout(resolve, 700));
  fails = false;
  expect(await next()).toMatchObject({ event: 'lock_wait' });
});
