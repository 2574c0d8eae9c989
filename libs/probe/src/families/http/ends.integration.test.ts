/**
 * How requests end, and that nothing of one gets into the next: HTTP/1 in all its ways, HTTP/2 with and without TLS. Real
 * kernel, real Go programs of every version at hand. Skipped with its reason where there is no root, no Go or an old kernel.
 */
import { rmSync } from 'node:fs';
import { REQUEST_ENDS, TRACE_SOURCES } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession } from '../../session.ts';
import { sendHttp2 } from '../../test-http2.ts';
import { sendBytes } from '../../test-raw-request.ts';
import { buildTarget, findToolchains, pause, rowsOf, runTarget, variantsOf, whyNot } from '../../test-target.ts';
import type { Row, RunningTarget } from '../../test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const { finished, abandoned, panic, hijack } = REQUEST_ENDS;
const { traceparent, generated } = TRACE_SOURCES;

/** Every request has a trace of its own: the number is its name. */
const traceOf = (number: number): string => number.toString(16).padStart(32, '0');
const headerOf = (number: number): string => `00-${traceOf(number)}-00000000000000ff-01`;
const get = (path: string, number: number, ...more: readonly string[]): string =>
  `${[`GET ${path} HTTP/1.1`, 'Host: shop.test', `traceparent: ${headerOf(number)}`, ...more].join('\r\n')}\r\n\r\n`;
const LAST = 'Connection: close';
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `X-Header-${index}: x`);

/** bytes on one connection → what is seen of them */
type Connection = readonly [name: string, parts: readonly string[], seen: readonly Row[]];
const CONNECTIONS: readonly Connection[] = [
  [
    'keep-alive',
    [get('/ok', 1), get('/ok', 2), 'GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    [
      { trace_id: traceOf(1), end: finished },
      { trace_id: traceOf(2), end: finished },
      { trace_source: generated, end: finished },
    ],
  ],
  [
    'pipelined',
    [get('/ok', 3) + get('/contend', 4) + get('/ok', 5) + get('/ok', 6, LAST)],
    [3, 4, 5, 6].map((number) => ({ trace_id: traceOf(number), end: finished })),
  ],
  ['HTTP/1.0', [get('/ok', 7).replace('HTTP/1.1', 'HTTP/1.0')], [{ trace_id: traceOf(7), end: finished }]],
  [
    'a body after 100 Continue',
    [
      `POST /ok HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\ntraceparent: ${headerOf(8)}\r\n\r\n`,
      `body${get('/ok', 9, LAST)}`,
    ],
    [
      { trace_id: traceOf(8), method: 'POST', end: finished },
      { trace_id: traceOf(9), end: finished },
    ],
  ],
  ['panic', [get('/panic', 10)], [{ trace_id: traceOf(10), end: panic, route: '/panic' }]],
  ['http.ErrAbortHandler', [get('/abort', 11)], [{ trace_id: traceOf(11), end: panic }]],
  [
    'a panic that is recovered',
    [get('/recovered', 12), get('/ok', 13, LAST)],
    [
      { trace_id: traceOf(12), end: finished },
      { trace_id: traceOf(13), end: finished },
    ],
  ],
  ['runtime.Goexit', [get('/goexit', 14)], [{ trace_id: traceOf(14), end: abandoned }]],
  ['hijack', [get('/hijack', 15), 'a line\n'], [{ trace_id: traceOf(15), end: hijack, route: '/hijack' }]],
  ['9 headers', [get('/ok', 16, ...many(7), LAST)], [{ trace_id: traceOf(16), end: finished }]],
  ['60 headers', [get('/ok', 17, ...many(58), LAST)], [{ trace_id: traceOf(17), end: finished }]],
  ['200 headers', [get('/ok', 18, ...many(198), LAST)], [{ trace_id: traceOf(18), end: finished }]],
];

const STREAMS = [
  ...Array.from({ length: 20 }, (_, index) => ({ path: '/ok', number: 100 + index, end: finished })),
  { path: '/contend', number: 120, end: finished },
  { path: '/panic', number: 121, end: panic },
  { path: '/abort', number: 122, end: panic },
  { path: '/recovered', number: 123, end: finished },
  { path: '/goexit', number: 124, end: abandoned },
] as const;

describe.skipIf(reason !== undefined)(`ends of requests (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variantsOf(toolchains))('$name', ({ toolchain, flags }) => {
    const speaksPlainHttp2 = Number(toolchain.version.split('.')[1]) >= 24;
    let executable: string;
    let target: RunningTarget;
    let session: ProbeSession;
    let secure: string;
    const batches: Columns[] = [];
    const problems: Error[] = [];
    const requests = (): readonly Row[] => rowsOf(batches, 'http_requests');
    const waits = (number: number): readonly Row[] =>
      rowsOf(batches, 'lock_waits').filter(
        (row) => row['waiter_function'] === 'main.waitForLock' && row['trace_id'] === traceOf(number),
      );
    const open = (): Promise<ProbeSession> =>
      openTestSession({ pid: target.pid, executable, families: ['lock', 'http', 'trace'] }, { batches, problems });

    beforeAll(async () => {
      executable = buildTarget('endserver', toolchain, flags);
      target = await runTarget(executable);
      secure = await (await fetch(`${target.url}/secure`)).text();
      session = await open();
      for (const [, bytes] of CONNECTIONS) await sendBytes(target, bytes);
      await sendBytes(target, [get('/late', 30), get('/ok', 31), get('/free', 32, LAST)]);
      await sendHttp2(
        secure,
        STREAMS.map(({ path, number }) => ({ ':path': path, traceparent: headerOf(number) })),
      );
      if (speaksPlainHttp2)
        await sendHttp2(target.url, [{ ':path': '/ok', traceparent: headerOf(200) }, { ':path': '/ok' }]);
      await pause(100);
      await session.detach();
    }, 300_000);

    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
    });

    it.each(CONNECTIONS)('HTTP/1: %s', (_, _parts, seen) => {
      for (const expected of seen.filter((row) => row['trace_id'] !== undefined)) {
        expect(requests().filter((row) => row['trace_id'] === expected['trace_id'])).toMatchObject([
          { ...expected, trace_source: traceparent },
        ]);
      }
    });
    it('every request gives one row, and nothing goes wrong', () => {
      const sent =
        CONNECTIONS.reduce((total, [, , seen]) => total + seen.length, 3) + STREAMS.length + (speaksPlainHttp2 ? 2 : 0);
      expect(requests().length).toBe(sent);
      expect(problems).toEqual([]);
      expect(session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
    });

    it('a request without a trace id gets a new one, not the one before it on the connection', () => {
      const made = requests().filter((row) => row['trace_source'] === generated);
      expect(made.length).toBe(speaksPlainHttp2 ? 2 : 1);
      for (const row of made) expect(String(row['trace_id'])).not.toMatch(/^0{20}/);
    });

    it('HTTP/2 with TLS: trace ids and ends of streams that are open at the same time', () => {
      for (const { path, number, end } of STREAMS) {
        const found = requests().filter((row) => row['trace_id'] === traceOf(number));
        expect(found, path).toMatchObject([{ route: path, end, trace_source: traceparent, method: 'GET' }]);
      }
      expect(waits(120)).toMatchObject([{ binding: 1 }]);
    });

    it.skipIf(!speaksPlainHttp2)('HTTP/2 without TLS', () => {
      expect(requests().filter((row) => row['trace_id'] === traceOf(200))).toMatchObject([
        { route: '/ok', end: finished },
      ]);
    });

    it('a pipelined request keeps its own trace for what it waits for', () => {
      expect(waits(4)).toMatchObject([{ binding: 1 }]);
    });

    it('a hijacked connection keeps its trace; its request ended when it was hijacked', () => {
      expect(waits(15)).toMatchObject([{ binding: 1 }]);
      const [request] = requests().filter((row) => row['trace_id'] === traceOf(15));
      expect(Number(waits(15)[0]?.['ts'])).toBeGreaterThan(Number(request?.['ts']) + Number(request?.['duration_ns']));
    });

    it('a goroutine that outlives its request keeps its trace, whatever its connection serves by then', () => {
      expect(waits(30)).toMatchObject([{ binding: 2 }]);
      expect([...waits(31), ...waits(32)]).toEqual([]);
    });
  });
});
