/**
 * The real kernel, real Go programs: what the probes say against what the program counted itself.
 * Skipped with its reason where there is no root, no Go or an old kernel.
 */
import { rmSync } from 'node:fs';
import { type Columns, REQUEST_ENDS } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FamilyName } from './families/families.ts';
import { openTestSession } from './test-session.ts';
import type { ProbeSession } from './session.ts';
import {
  buildTarget,
  CLOCK,
  findToolchains,
  markedLine,
  ownCounts,
  pause,
  rowsOf,
  runTarget,
  send,
  siteOf,
  sumOf,
  variantsOf,
  whyNot,
} from './test-target.ts';
import type { OwnCounts, Row, RunningTarget } from './test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const variants = variantsOf(toolchains);

function open(
  target: RunningTarget,
  executablePath: string,
  families: readonly FamilyName[],
  into: Columns[],
  problems: Error[],
) {
  return openTestSession({ pid: target.pid, executable: executablePath, families }, { batches: into, problems });
}

describe.skipIf(reason !== undefined)(`a probed Go program (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variants)('$name', ({ toolchain, flags }) => {
    let executable: string;
    let target: RunningTarget;
    let session: ProbeSession;
    let before: OwnCounts;
    let after: OwnCounts;
    let startedAt: bigint;
    /** what the closed gate hid: three requests and two for the counts */
    let hidden = { requests: 0, mutexNanos: 0 };
    const batches: Columns[] = [];
    const problems: Error[] = [];
    const traces: Record<string, string[]> = {};
    const rows = (kind: Columns['kind']): readonly Row[] => rowsOf(batches, kind);
    /** on the program's own locks; net/http has some too (connReader), and they are seen as well */
    const ownWaits = (): readonly Row[] =>
      rows('lock_waits').filter((row) => String(row['waiter_function']).startsWith('main.'));
    const waits = (kind: number): readonly Row[] => ownWaits().filter((row) => row['lock_kind'] === kind);
    const bindings = (name: string, kind: number): ReadonlySet<unknown> => {
      const found = waits(kind).filter((row) => traces[name]?.includes(String(row['trace_id'])));
      return new Set(found.map((row) => row['binding']));
    };

    const work = async (name: string, path: string, times: number): Promise<void> => {
      traces[name] = [];
      for (let turn = 0; turn < times; turn++) traces[name].push(await send(target, path));
    };

    beforeAll(async () => {
      executable = buildTarget('lockserver', toolchain, flags);
      target = await runTarget(executable);
      await send(target, '/plain/before');
      startedAt = CLOCK.unixNanos();
      session = await open(target, executable, ['lock', 'http', 'trace', 'fatal'], batches, problems);
      before = await ownCounts(target);
      traces['parallel'] = await Promise.all(Array.from({ length: 40 }, () => send(target, '/plain/1234')));
      await work('mutex', '/mutex/x?hold=20&waiters=3', 3);
      await work('own', '/own/x?hold=15', 4);
      await work('readers', '/readers/x?hold=15&waiters=3', 2);
      await work('writer', '/writer/x?hold=15&waiters=1', 2);
      await work('channel', '/channel/x', 5);
      await work('panic', '/panic/x', 1);
      // A connection is closed before its goroutine exits, and that exit ends the request.
      await pause(50);
      session.setGate(false);
      const hiddenFrom = await ownCounts(target);
      await work('unseen', '/mutex/x?hold=5&waiters=1', 3);
      hidden = { requests: 5, mutexNanos: (await ownCounts(target)).MutexNanos - hiddenFrom.MutexNanos };
      session.setGate(true);
      await work('reopened', '/plain/x', 2);
      after = await ownCounts(target);
      await session.detach();
    }, 300_000);

    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
    });

    it('lives on after attach and detach', async () => {
      expect((await fetch(`${target.url}/plain/after`)).status).toBe(200);
      expect(problems).toEqual([]);
    });

    it('every record submitted became a row, and none was lost', () => {
      for (const { kind, submitted, lost } of session.counters()) {
        expect(lost, kind).toBe(0n);
        expect(rows(kind).length, kind).toBe(Number(submitted));
      }
      expect(session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
    });

    it('sees exactly the requests the program served while the gate was open', () => {
      const seen = after.Requests - before.Requests + 1 - hidden.requests;
      expect(rows('http_requests').length).toBe(seen);
    });

    it('reads every trace id, and makes one where none came', () => {
      const sent = Object.entries(traces).flatMap(([name, ids]) => (name === 'unseen' ? [] : ids));
      const [brought, made] = [1, 2].map((source) =>
        rows('http_requests').filter((row) => row['trace_source'] === source),
      );
      expect(brought?.map((row) => row['trace_id']).sort()).toEqual([...sent].sort());
      expect(made?.map((row) => row['route'])).toEqual(['/counts', '/counts']);
      expect(new Set(rows('http_requests').map((row) => row['span_id'])).size).toBe(rows('http_requests').length);
    });

    it('tells how requests ended, their route and their time', () => {
      for (const row of rows('http_requests')) {
        const planted = traces['panic']?.includes(String(row['trace_id'])) === true;
        expect(row['end']).toBe(planted ? REQUEST_ENDS.panic : REQUEST_ENDS.finished);
        expect(row['method']).toBe('GET');
        expect(Number(row['ts'])).toBeGreaterThanOrEqual(Number(startedAt) - 2e6);
        expect(Number(row['duration_ns'])).toBeLessThan(5e9);
      }
      const routes = new Set(rows('http_requests').map((row) => row['route']));
      expect(routes).toContain('/plain/{id}');
      const own = rows('http_requests').filter((row) => row['route'] === '/own/x');
      expect(own.every((row) => Number(row['duration_ns']) >= 15e6)).toBe(true);
    });

    it.each([
      ['mutex', 1, 'MutexAddr', 'MutexNanos'],
      ['rwmutex_read', 2, 'RWMutexAddr', 'ReaderNanos'],
      ['rwmutex_write', 3, 'RWMutexAddr', 'WriterNanos'],
    ] as const)(
      '%s: address exact, wait and scheduler time within 3 percent and 1 ms of what the program measured',
      (_, kind, address, nanos) => {
        const found = waits(kind);
        expect(new Set(found.map((row) => row['lock_addr']))).toEqual(new Set([BigInt(after[address])]));
        const own = after[nanos] - before[nanos] - (kind === 1 ? hidden.mutexNanos : 0);
        expect(Math.abs(sumOf(found, 'wait_ns', 'sched_ns') - own)).toBeLessThan(0.03 * own + 1e6);
      },
    );

    it.each([
      [
        'mutex',
        1,
        'main.(*cache).get',
        'mutex waiter',
        { 'mutex holder': 'main.(*cache).rebuild', 'mutex waiter passes on': 'main.(*cache).get' },
      ],
      ['rwmutex_read', 2, 'main.(*cache).read', 'reader', { 'writer as holder': 'main.(*cache).write' }],
      ['rwmutex_write', 3, 'main.(*cache).writeWaiting', 'writer', { 'reader as holder': 'main.(*cache).readLong' }],
    ] as const)('%s: waiter and holder, function and line', (_, kind, waiter, waiterMark, holders) => {
      const expected = Object.entries(holders).map(([mark, name]) => `${name}:${markedLine(mark)}`);
      for (const row of waits(kind)) {
        expect(siteOf(row, 'waiter')).toBe(`${waiter}:${markedLine(waiterMark)}`);
        expect(expected).toContain(siteOf(row, 'holder'));
        expect(row['waiter_file']).toMatch(/lockserver\/main\.go$/);
        expect(row['holder_goid']).not.toBe(row['waiter_goid']);
      }
      expect(waits(kind).map((row) => siteOf(row, 'holder'))).toContain(expected[0]);
    });

    it('binds waits to requests: exact on their own goroutine, inherited on those they started', () => {
      const spans = new Map(rows('http_requests').map((row) => [row['trace_id'], row['span_id']]));
      // net/http has locks of its own, which it also takes between requests
      const bound = rows('lock_waits').filter((row) => row['binding'] !== 0);
      for (const row of bound) expect(row['span_id']).toBe(spans.get(row['trace_id']));
      expect(bindings('own', 1)).toEqual(new Set([1]));
      expect(bindings('mutex', 1)).toEqual(new Set([2]));
      expect(bindings('readers', 2)).toEqual(new Set([2]));
      for (const row of waits(1)) expect(row['holder_trace_id']).toBe(row['trace_id']);
      const noWaits = [...(traces['channel'] ?? []), ...(traces['unseen'] ?? [])];
      expect(ownWaits().filter((row) => noWaits.includes(String(row['trace_id'])))).toEqual([]);
    });

    it('sends each stack once, before anything names it', () => {
      const known = new Set<unknown>();
      for (const columns of batches) {
        for (const row of rowsOf([columns], columns.kind)) {
          if (columns.kind === 'stacks') {
            expect(known.has(row['stack'])).toBe(false);
            known.add(row['stack']);
          }
          if (columns.kind === 'lock_waits')
            expect(known.has(row['waiter_stack']) && known.has(row['holder_stack'])).toBe(true);
        }
      }
    });

    it('a panic: the type of its value, trace, and the line on its stack', () => {
      const [event, ...more] = rows('probe_events');
      expect(more).toEqual([]);
      expect(event).toMatchObject({
        kind: 3,
        message: 'a value of type string',
        binding: 1,
        trace_id: traces['panic']?.[0],
      });
      expectOnStack(rows('stacks'), event, 'panic');
    });

    it('a crash: its text and line are kept although the process is gone, and detaching still works', async () => {
      const crashed: Columns[] = [];
      const said: Error[] = [];
      const last = await open(target, executable, ['fatal'], crashed, said);
      await send(target, '/crash/x');
      await target.exited;
      await pause(1500);
      await last.detach();
      expect(said.map((error) => error.message)).toEqual([expect.stringMatching(/has exited/)]);
      const [event] = rowsOf(crashed, 'probe_events');
      expect(event).toMatchObject({ kind: 1, message: 'sync: RUnlock of unlocked RWMutex' });
      expectOnStack(rowsOf(crashed, 'stacks'), event, 'fatal');
    });
  });
});

function expectOnStack(stacks: readonly Row[], event: Row | undefined, mark: string): void {
  const stack = stacks.find((row) => row['stack'] === event?.['stack']);
  const lines = stack?.['lines'];
  expect(Array.isArray(lines) && lines.includes(markedLine(mark))).toBe(true);
}
