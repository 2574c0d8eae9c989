/**
 * Outgoing HTTP requests of a real Go program against what it wrote down itself: plain, redirected, refused, over HTTP/2,
 * in parallel, one within another, and one that panics. Skipped with its reason where there is no root or no Go.
 */
import { rmSync } from 'node:fs';
import type { Columns } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession } from '../../session.ts';
import { buildTarget, findToolchains, rowsOf, runTarget, send, variantsOf, whyNot } from '../../test-target.ts';
import type { Row, RunningTarget } from '../../test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const BINDINGS = { none: 0, exact: 1, inherited: 2 };

/** testdata/callserver/main.go, type call */
interface OwnCall {
  readonly Method: string;
  readonly Host: string;
  readonly Status: number;
  readonly Error: boolean;
  readonly Nanos: number;
  readonly Trace: string;
}

const keyOf = (row: Row): string =>
  [row['method'], row['host'], row['status'], row['error'], row['trace_id']].map(String).join(' ');
const nanosOf = (rows: readonly Row[]): readonly number[] =>
  rows.map((row) => Number(row['duration_ns'])).sort((a, b) => a - b);
const ownKey = ({ Method, Host, Status, Error, Trace }: OwnCall): string =>
  // What is no method of HTTP's becomes one label.
  [Method === 'BREW' ? '_OTHER' : Method, Host, Status, Number(Error), Trace].join(' ');

describe.skipIf(reason !== undefined)(`outgoing requests (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variantsOf(toolchains))('$name', ({ toolchain, flags }) => {
    let executable: string;
    let target: RunningTarget;
    let session: ProbeSession;
    let own: readonly OwnCall[];
    let rows: readonly Row[];
    const traces: string[] = [];
    const batches: Columns[] = [];
    const problems: Error[] = [];

    beforeAll(async () => {
      executable = buildTarget('callserver', toolchain, flags);
      target = await runTarget(executable);
      session = await openTestSession(
        { pid: target.pid, executable, families: ['http', 'trace', 'client'] },
        { batches, problems },
      );
      for (let turn = 0; turn < 3; turn++) traces.push(await send(target, '/work'));
      const response = await fetch(`${target.url}/counts`);
      // The program is ours: main.go, type call.
      own = (await response.json()) as readonly OwnCall[];
      await session.detach();
      rows = rowsOf(batches, 'client_requests');
    }, 300_000);

    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
    });

    it('every round trip is one row with its method, host, status, error and trace', () => {
      // Each turn: 11 one after the other, 2 of them with another one inside, and 10 at a time.
      expect(own.length).toBe(3 * 23);
      expect(rows.map(keyOf).sort()).toEqual(own.map(ownKey).sort());
      expect(problems).toEqual([]);
      expect(session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
    });

    it('times lie within what the program measured, and are nearly as long', () => {
      const shares: number[] = [];
      for (const [key, calls] of Map.groupBy(own, ownKey)) {
        const measured = calls.map(({ Nanos }) => Nanos).sort((a, b) => a - b);
        const seen = nanosOf(rows.filter((row) => keyOf(row) === key));
        // The program's own clock runs around the probed call, and somebody else may run in between.
        measured.forEach((nanos, index) => {
          expect(seen[index], key).toBeLessThanOrEqual(nanos);
          if (nanos > 8e6) shares.push((seen[index] ?? 0) / nanos);
        });
      }
      expect(shares.length).toBeGreaterThan(50);
      expect(shares.sort((a, b) => a - b)[shares.length >> 1]).toBeGreaterThan(0.98);
    });

    it('they hang below the request they were made for, also from goroutines it started', () => {
      for (const trace of traces) {
        const served = rowsOf(batches, 'http_requests').find((row) => row['trace_id'] === trace);
        const made = rows.filter((row) => row['trace_id'] === trace);
        expect(new Set(made.map((row) => row['span_id']))).toEqual(new Set([served?.['span_id']]));
        expect(made.filter((row) => row['binding'] === BINDINGS.inherited).length).toBe(10);
        expect(made.filter((row) => row['binding'] === BINDINGS.exact).length).toBe(13);
      }
    });

    it('nothing of a URL but its host leaves the process', () => {
      const hosts = new Set(rows.map((row) => row['host']));
      expect([...hosts].every((host) => /^(127\.0\.0\.1:\d+|unknown\.test)$/.test(String(host)))).toBe(true);
    });
  });
});
