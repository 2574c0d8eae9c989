/**
 * What a request brings and what becomes of it: routes, trace ids, and what must stay in the process. Real kernel, real
 * Go programs of every version at hand. Skipped with its reason where there is no root, no Go or an old kernel.
 */
import { rmSync } from 'node:fs';
import { encodeNativeBlock, TABLES } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from './test-session.ts';
import { sendRaw } from './test-raw-request.ts';
import type { RawRequest } from './test-raw-request.ts';
import { buildTarget, findToolchains, pause, rowsOf, runTarget, variantsOf, whyNot } from './test-target.ts';
import type { Row, RunningTarget } from './test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const variants = variantsOf(toolchains);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const NO_PARENT = '0'.repeat(16);
/** header lines → whether the trace id they bring is taken; each case is a path of its own */
const TRACEPARENTS: readonly (readonly [name: string, taken: boolean, ...lines: readonly string[]])[] = [
  ['sampled', true, `traceparent: 00-${TRACE}-${PARENT}-01`],
  ['unsampled', true, `traceparent: 00-${TRACE}-${PARENT}-00`],
  ['unknown-flags', true, `traceparent: 00-${TRACE}-${PARENT}-fe`],
  ['header-name-in-capitals', true, `TRACEPARENT: 00-${TRACE}-${PARENT}-01`],
  ['no-blank', true, `traceparent:00-${TRACE}-${PARENT}-01`],
  ['blank-behind', true, `traceparent: 00-${TRACE}-${PARENT}-01  `],
  ['between-others', true, 'X-One: 1', `traceparent: 00-${TRACE}-${PARENT}-01`, 'X-Two: 2'],
  ['later-version', true, `traceparent: 01-${TRACE}-${PARENT}-01`],
  ['later-version-with-more', true, `traceparent: cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`],
  ['first-of-two', true, `traceparent: 00-${TRACE}-${PARENT}-01`, `traceparent: 00-${PARENT.repeat(2)}-${PARENT}-01`],
  ['none', false],
  ['no-trace-id', false, `traceparent: 00-${'0'.repeat(32)}-${PARENT}-01`],
  ['no-parent-id', false, `traceparent: 00-${TRACE}-${'0'.repeat(16)}-01`],
  ['too-short', false, `traceparent: 00-${TRACE}-${PARENT}`],
  ['too-long', false, `traceparent: 00-${TRACE}-${PARENT}-01-more`],
  ['one-digit-too-long', false, `traceparent: 00-${TRACE}-${PARENT}-011`],
  ['version-ff', false, `traceparent: ff-${TRACE}-${PARENT}-01`],
  ['later-version-without-dash', false, `traceparent: 01-${TRACE}-${PARENT}-01.more`],
  ['upper-case', false, `traceparent: 00-${TRACE.toUpperCase()}-${PARENT}-01`],
  ['no-digits', false, `traceparent: 00-${TRACE.replace('a', 'g')}-${PARENT}-01`],
  ['flags-no-digits', false, `traceparent: 00-${TRACE}-${PARENT}-zz`],
  ['version-no-digits', false, `traceparent: 0x-${TRACE}-${PARENT}-01`],
  ['empty', false, 'traceparent: '],
  ['other-header', false, `traceparenT2: 00-${TRACE}-${PARENT}-01`],
];

/** method, path, route by pattern, route without */
const ROUTES = [
  ['GET', '/products/4711', '/products/{id}', '/products/{id}'],
  ['GET', '/products/shoes', '/products/{id}', '/products/shoes'],
  ['POST', '/products/shoes', '/products/shoes', '/products/shoes'],
  ['GET', '/products/shoes/reviews/by/ann', '/products/{id}/reviews/{rest...}', '/products/shoes/reviews/by/ann'],
  ['GET', '/hosted/page', '/hosted/{x}', '/hosted/page'],
  ['GET', '/static/a/b.css', '/static/', '/static/a/b.css'],
  ['GET', '/copied/page', '/copied/page', '/copied/page'],
  ['GET', '/long/page', '/long/page', '/long/page'],
  // a redirect to /slash/77/: the pattern, or (Go 1.23 … 1.26) that path, or nothing
  ['GET', '/slash/77', /^\/slash\/\{(x|id)\}\/?$/, '/slash/{id}'],
  ['GET', '/whatever/12', '/whatever/{id}', '/whatever/{id}'],
  ['GET', '/panics/text', '/panics/', '/panics/text'],
] as const;

const SECRET = 's3cr3t';
const PANICS = ['text', 'own', 'error', 'struct', 'divide', 'closed'];
const PANIC_MESSAGES = [
  'a value of type *errors.errorString',
  'a value of type main.refusal',
  'a value of type string',
  'a value of type struct { Sent string }',
  'integer divide by zero',
  'send on closed channel',
];
const SECRETIVE: RawRequest = {
  method: 'POST',
  target: `http://user-${SECRET}:pass-${SECRET}@shop.test/private/42?token=${SECRET}&${SECRET}=1`,
  headers: [
    'Host: shop.test',
    `Authorization: Bearer ${SECRET}`,
    `Cookie: session=${SECRET}; theme=${SECRET}`,
    `X-${SECRET}: yes`,
    `traceparent: 00-${TRACE}-${PARENT}-01`,
    `tracestate: vendor=${SECRET}`,
    `baggage: customer=${SECRET}`,
  ],
  body: `card=${SECRET}`.repeat(20),
};

async function record(
  target: RunningTarget,
  executable: string,
  panicValues: boolean,
  work: () => Promise<void>,
): Promise<readonly Columns[]> {
  const batches: Columns[] = [];
  const problems: Error[] = [];
  const session = await openTestSession(
    { pid: target.pid, executable, families: ['lock', 'http', 'trace', 'fatal'], panicValues },
    { batches, problems },
  );
  await work();
  // A connection is closed before its goroutine exits, and that exit ends a request that panicked.
  await pause(50);
  await session.detach();
  expect(problems).toEqual([]);
  return batches;
}

/** What the agent would publish, but for its own name. */
function publishedBytes(batches: readonly Columns[]): Buffer {
  const blocks = batches.map(({ kind, rows, columns }) => {
    const spec = TABLES[kind].filter(({ name }) => name !== 'agent' && name !== 'batch_seq');
    return encodeNativeBlock(spec, rows, columns);
  });
  return Buffer.concat(blocks);
}

async function provoke(target: RunningTarget): Promise<void> {
  expect(await sendRaw(target, SECRETIVE)).toMatch(/ 200 /);
  for (const kind of PANICS) {
    const headers = [`Authorization: ${SECRET}`];
    await sendRaw(target, { target: `/panics/${kind}?${SECRET}=${SECRET}`, headers });
  }
}

describe.skipIf(reason !== undefined)(`requests of a probed Go program (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variants)('$name', ({ toolchain, flags }) => {
    const hasPatterns = Number(toolchain.version.split('.')[1]) >= 22;
    let executable: string;
    let target: RunningTarget;
    let batches: readonly Columns[] = [];
    const requests = (route: string): readonly Row[] =>
      rowsOf(batches, 'http_requests').filter((row) => row['route'] === route);

    beforeAll(async () => {
      executable = buildTarget('routeserver', toolchain, flags);
      target = await runTarget(executable, { GODEBUG: 'httpmuxgo121=0' });
    }, 300_000);

    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
    });

    it('routes: the pattern where there is one, else a template of the path', async () => {
      const seen = await record(target, executable, false, async () => {
        for (const [method, path] of ROUTES) await sendRaw(target, { method, target: path });
      });
      const rows = rowsOf(seen, 'http_requests').toSorted((a, b) =>
        Number(BigInt(String(a['ts'])) - BigInt(String(b['ts']))),
      );
      expect(rows.length).toBe(ROUTES.length);
      for (const [index, [method, path, pattern, template]] of ROUTES.entries()) {
        const expected = !hasPatterns
          ? template
          : typeof pattern === 'string'
            ? pattern
            : expect.stringMatching(pattern);
        expect(rows[index]?.['route'], `${method} ${path}`).toEqual(expected);
      }
    });

    describe('trace ids', () => {
      beforeAll(async () => {
        batches = await record(target, executable, false, async () => {
          for (const [name, , ...headers] of TRACEPARENTS) await sendRaw(target, { target: `/ids/${name}`, headers });
          const [[, , last] = []] = TRACEPARENTS;
          await sendRaw(target, { target: '/ids/last-line-ends-late', headers: [String(last)], endsLate: true });
          for (let turn = 0; turn < 3; turn++) await sendRaw(target, { target: '/children' });
        });
      });

      it.each([...TRACEPARENTS.filter(([, taken]) => taken).map(([name]) => name), 'last-line-ends-late'])(
        'of the caller: %s',
        (name) => {
          expect(requests(`/ids/${name}`)).toMatchObject([
            { trace_source: 1, trace_id: TRACE, parent_span_id: PARENT, end: 1 },
          ]);
        },
      );

      it.each(TRACEPARENTS.filter(([, taken]) => !taken).map(([name]) => name))('made here: %s', (name) => {
        const found = requests(`/ids/${name}`);
        expect(found).toMatchObject([{ trace_source: 2, parent_span_id: NO_PARENT, end: 1 }]);
        expect(found[0]?.['trace_id']).not.toMatch(/^0+$|^0af7651916cd43dd/);
        expect(found[0]?.['span_id']).not.toBe(NO_PARENT);
      });

      it('every made id is another one', () => {
        const made = rowsOf(batches, 'http_requests').filter((row) => row['trace_source'] === 2);
        expect(new Set(made.map((row) => row['trace_id'])).size).toBe(made.length);
      });

      it('a made id goes down to the goroutines a request starts, and theirs', () => {
        const own = requests('/children');
        expect(own.length).toBe(3);
        for (const { trace_id: traceId, span_id: spanId, trace_source: source } of own) {
          expect(source).toBe(2);
          const waits = rowsOf(batches, 'lock_waits').filter(
            (row) => row['trace_id'] === traceId && String(row['waiter_function']).startsWith('main.children'),
          );
          expect(new Set(waits.map((row) => row['binding']))).toEqual(new Set([1, 2]));
          expect(new Set(waits.filter((row) => row['binding'] === 2).map((row) => row['waiter_goid'])).size).toBe(2);
          for (const row of waits) expect(row['span_id']).toBe(spanId);
        }
      });
    });

    describe('privacy', () => {
      it('query, headers, cookies, user, body and what a panic says of them stay in the agent', async () => {
        const seen = await record(target, executable, false, () => provoke(target));
        const bytes = publishedBytes(seen);
        // The very requests are in these bytes, so the search below looks at the right place.
        expect(rowsOf(seen, 'http_requests').length).toBe(1 + PANICS.length);
        expect(bytes.includes('/private/{id}')).toBe(true);
        expect(bytes.includes(Buffer.from(TRACE, 'hex'))).toBe(true);
        expect(bytes.toString('latin1').toLowerCase()).not.toContain(SECRET);
        const messages = rowsOf(seen, 'probe_events').map((row) => String(row['message']));
        expect(messages.toSorted()).toEqual(PANIC_MESSAGES);
      });

      it('with panicValues the text of a panic is told, and nothing else', async () => {
        const seen = await record(target, executable, true, () => provoke(target));
        expect(publishedBytes(seen).toString('latin1')).toContain(SECRET);
        const others = seen.filter(({ kind }) => kind !== 'probe_events');
        expect(publishedBytes(others).toString('latin1')).not.toContain(SECRET);
      });
    });
  });
});
