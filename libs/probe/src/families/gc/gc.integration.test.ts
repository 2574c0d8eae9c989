/**
 * Garbage collections, mark assists and stops of the world of a real Go program, against the runtime's statistics and its
 * execution trace. Skipped with its reason where there is no root or no Go.
 */
import { rmSync } from 'node:fs';
import { GC_EVENT_KINDS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession } from '../../session.ts';
import {
  buildTarget,
  findToolchains,
  isWhole,
  rowsOf,
  runTarget,
  send,
  sumOf,
  variantsOf,
  whyNot,
} from '../../test-target.ts';
import type { Row, RunningTarget } from '../../test-target.ts';
import { ASSIST, minorOf, readExecutionTrace } from './test-execution-trace.ts';
import type { TracedRange } from './test-execution-trace.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const INHERITED = 2;

/** testdata/gcserver/main.go, type counts */
interface OwnCounts {
  readonly NumGC: number;
  readonly PauseNanos: number;
  /** of the latest cycles, latest first */
  readonly Pauses: readonly number[];
  readonly Stops: number;
}

async function ownCounts(target: RunningTarget): Promise<OwnCounts> {
  const response = await fetch(`${target.url}/counts`);
  // The program is ours: main.go, type counts.
  return (await response.json()) as OwnCounts;
}

/** One goroutine's after another's, each in the order of time: so each stands at the place of its counterpart. */
const nanosOf = (rows: readonly Row[]): readonly number[] =>
  rows
    .toSorted((a, b) => Number(a['goid']) - Number(b['goid']) || Number(a['ts']) - Number(b['ts']))
    .map((row) => Number(row['duration_ns']));
const tracedNanos = (ranges: readonly TracedRange[]): readonly number[] =>
  ranges.toSorted((a, b) => a.goid - b.goid || a.begin - b.begin).map(({ nanos }) => nanos);

/**
 * The same durations, each in its place: of those longer than `fromNanos` the middle one deviates by at most 2 percent.
 * Both clocks are read at slightly different moments, and `betweenNanos` allows for another process to run in between.
 */
function expectSame(
  seen: readonly number[],
  expected: readonly number[],
  { fromNanos, betweenNanos }: { readonly fromNanos: number; readonly betweenNanos: number },
): void {
  expect(seen.length).toBe(expected.length);
  const deviations = seen.flatMap((nanos, index) => {
    const other = expected[index] ?? 0;
    return other > fromNanos ? [Math.max(0, Math.abs(nanos - other) - betweenNanos) / other] : [];
  });
  deviations.sort((a, b) => a - b);
  expect(deviations.length).toBeGreaterThan(4);
  expect(deviations[deviations.length >> 1]).toBeLessThan(0.02);
}

/** A held-up stop lasts 80 ms and longer. The threads that are woken at its end may take the processor at once. */
const HELD_UP = { fromNanos: 20e6, betweenNanos: 4e6 };
/** An assist lasts 0.3 ms. */
const BRIEF = { fromNanos: 0.1e6, betweenNanos: 0 };

describe.skipIf(reason !== undefined)(`the garbage collector (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variantsOf(toolchains))('$name', ({ toolchain, flags }) => {
    const minor = minorOf(toolchain);
    /** runtime.stwReason came with Go 1.21 */
    const namesReasons = minor >= 21;
    const tracesStops = minor >= 22;
    const canTrace = isWhole(toolchain) && (minor < 25 || process.env['MAPSCOPE_LONG'] !== undefined);
    let executable: string;
    let target: RunningTarget;
    let session: ProbeSession;
    let before: OwnCounts;
    let after: OwnCounts;
    let ranges: readonly TracedRange[] = [];
    let trace: string;
    const batches: Columns[] = [];
    const problems: Error[] = [];
    const rows = (kind: keyof typeof GC_EVENT_KINDS): readonly Row[] =>
      rowsOf(batches, 'gc_events').filter((row) => row['kind'] === GC_EVENT_KINDS[kind]);
    const stops = (why: RegExp): readonly Row[] =>
      rows('stop_the_world').filter((row) => why.test(String(row['reason'])));

    beforeAll(async () => {
      executable = buildTarget('gcserver', toolchain, flags);
      target = await runTarget(executable);
      session = await openTestSession(
        { pid: target.pid, executable, families: ['http', 'trace', 'gc'] },
        { batches, problems },
      );
      before = await ownCounts(target);
      await send(target, `/trace-start?path=${executable}.trace`);
      trace = await send(target, '/allocate?goroutines=4&megabytes=60&bytes=1024');
      await send(target, '/collect?times=3');
      await send(target, '/collect-held-up?times=6');
      await send(target, '/stop-held-up?times=6');
      // GC ends behind the last cycle, so none is under way when the counts are read.
      await send(target, '/collect?times=1');
      await send(target, '/trace-stop');
      after = await ownCounts(target);
      await session.detach();
      if (canTrace) ranges = readExecutionTrace(toolchain, `${executable}.trace`);
    }, 300_000);

    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
      rmSync(`${executable}.trace`, { force: true });
    });

    it('every cycle is one row, numbered without gaps', () => {
      expect(rows('cycle').length).toBe(after.NumGC - before.NumGC);
      expect(rows('cycle').map((row) => row['cycle'])).toEqual(rows('cycle').map((_, index) => index + 1));
      expect(problems).toEqual([]);
      expect(session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
    });

    it('each cycle pauses as long as the runtime says', () => {
      const found = stops(/^GC (mark|sweep) termination$/);
      const seen = rows('cycle').map((cycle) => {
        const own = found.filter((row) => row['cycle'] === cycle['cycle']);
        // One more where marking had to go on (golang/go#27993).
        expect(own.length).toBeGreaterThanOrEqual(2);
        expect(Number(cycle['duration_ns'])).toBeGreaterThan(sumOf(own, 'duration_ns'));
        return sumOf(own, 'duration_ns');
      });
      expectSame(seen, after.Pauses.slice(0, seen.length).toReversed(), HELD_UP);
    });

    it('other stops too, each with its reason', () => {
      const found = stops(namesReasons ? /^read mem stats$/ : /^unknown$/);
      // Go ≤ 1.20 does not tell them from the two that begin and end the trace.
      expect(found.length).toBe(after.Stops + (namesReasons ? 0 : 2));
    });

    it.skipIf(!canTrace)(
      'every mark assist of the execution trace is one row, with the same time within 2 percent',
      () => {
        const traced = ranges.filter(({ name }) => name === ASSIST);
        expect(traced.length).toBeGreaterThan(50);
        expect(rows('assist').length).toBe(traced.length);
        expectSame(nanosOf(rows('assist')), tracedNanos(traced), BRIEF);
        const goids = new Set(traced.map(({ goid }) => BigInt(goid)));
        expect(new Set(rows('assist').map((row) => row['goid']))).toEqual(goids);
      },
    );

    it('mark assists carry the trace of the request that pays for them', () => {
      const paid = rows('assist').filter((row) => row['trace_id'] === trace && row['binding'] === INHERITED);
      const goroutines = new Set(paid.map((row) => row['goid']));
      expect(goroutines.size).toBe(4);
      const all = rows('assist').filter((row) => goroutines.has(row['goid']));
      expect(all.length).toBe(paid.length);
    });

    it.skipIf(!canTrace || !tracesStops)('every stop of the execution trace is one row', () => {
      for (const why of ['GC sweep termination', 'GC mark termination', 'read mem stats']) {
        const traced = ranges.filter(({ name }) => name === `stop-the-world (${why})`);
        const found = stops(new RegExp(`^${why}$`));
        expect(found.length, why).toBe(traced.length);
        expectSame(nanosOf(found), tracedNanos(traced), HELD_UP);
      }
    });
  });
});
