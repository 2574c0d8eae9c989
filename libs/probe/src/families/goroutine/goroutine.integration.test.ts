/**
 * The flight recorder on the real kernel: its births, exits and parks against what the program counted itself, with the
 * wait reasons that Go's own traceback printed.
 */
import { rmSync } from 'node:fs';
import { GOROUTINE_EVENT_KINDS, GOROUTINE_STATES } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession, ProbeSessionOptions } from '../../session.ts';
import {
  buildTarget,
  CLOCK,
  findToolchains,
  markedLine,
  pause,
  rowsOf,
  variantsOf,
  whyNot,
} from '../../test-target.ts';
import type { Row } from '../../test-target.ts';
import { CRASH_WINDOW_MILLIS } from './dump.ts';
import type { GoroutineDump } from './dump.ts';
import { talkTo, work } from './test-program.ts';
import type { OwnWorker, TalkingTarget } from './test-program.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const { crash } = GOROUTINE_EVENT_KINDS;
const { dead, idle, running, runnable, waiting } = GOROUTINE_STATES;
const ROUNDS = 4;
const MINUTE = { lastMillis: 60_000 };

interface Opened {
  readonly session: ProbeSession;
  readonly batches: Columns[];
  readonly problems: Error[];
}

async function open(target: TalkingTarget, path: string, more: Partial<ProbeSessionOptions> = {}): Promise<Opened> {
  const batches: Columns[] = [];
  const problems: Error[] = [];
  const session = await openTestSession(
    { pid: target.pid, executable: path, families: ['goroutine', 'fatal'], ...more },
    { batches, problems },
  );
  return { session, batches, problems };
}

const byNumber = (a: number, b: number): number => a - b;
const goidsOf = (rows: readonly Row[]): readonly number[] => rows.map((row) => Number(row['goid'])).toSorted(byNumber);

/** rows of a dump, those of one goroutine, and of one change */
const changes = (rows: readonly Row[], from: readonly number[], to: number): readonly Row[] =>
  rows.filter((row) => from.includes(Number(row['old_state'])) && row['new_state'] === to);

/** Each change of a goroutine begins in the state where the one before it ended. */
function expectUnbroken(rows: readonly Row[]): void {
  const last = new Map<Row[string] | undefined, Row>();
  for (const row of rows) {
    const before = last.get(row['goid']);
    if (before !== undefined && row['goid'] !== 0n) expect(row['old_state']).toBe(before['new_state']);
    last.set(row['goid'], row);
  }
}

describe.skipIf(reason !== undefined)(`the flight recorder (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variantsOf(toolchains))('$name', ({ toolchain, flags }) => {
    let executable: string;
    let target: TalkingTarget;
    let opened: Opened;
    let own: readonly OwnWorker[];
    let dump: GoroutineDump;
    let rows: readonly Row[];

    beforeAll(async () => {
      executable = buildTarget('goroutines', toolchain, flags);
      target = await talkTo(executable);
      opened = await open(target, executable);
      own = await work(target, ROUNDS);
      dump = await opened.session.dumpGoroutines(MINUTE);
      rows = rowsOf([dump], 'goroutine_events');
    }, 300_000);

    afterAll(async () => {
      await opened.session.detach();
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
    });

    it('sees exactly the births and exits of the goroutines that the program started', () => {
      const goids = own.map(({ Goid }) => Goid).toSorted(byNumber);
      expect(goidsOf([...changes(rows, [dead], runnable), ...changes(rows, [dead], waiting)])).toEqual(goids);
      expect(goidsOf(changes(rows, [running], dead))).toEqual(goids);
    });

    it.each(['channel', 'mutex', 'select', 'sleep', 'network'])('%s: parks, their reason and line', (kind) => {
      const { Goid, Reason, Parks } = own.find(({ Kind }) => Kind === kind) ?? { Goid: 0, Reason: '', Parks: 0 };
      const parks = changes(rows, [running], waiting).filter((row) => Number(row['goid']) === Goid);
      expect(parks.map((row) => row['wait_reason'])).toEqual(Array.from({ length: Parks }, () => Reason));
      expect(Parks).toBe(ROUNDS);
      const line = markedLine(kind, 'goroutines');
      expect(new Set(parks.map((row) => row['line']))).toEqual(new Set([line]));
      for (const row of parks) {
        expect(row['file']).toMatch(/goroutines\/main\.go$/);
        const stack = rowsOf(opened.batches, 'stacks').find((known) => known['stack'] === row['stack']);
        expect(stack?.['lines']).toContain(line);
      }
    });

    it('no change is missing: each begins in the state where the one before it ended', () => {
      const goids = new Set(own.map(({ Goid }) => Goid));
      const states = rows.filter((row) => goids.has(Number(row['goid'])) && row['old_state'] !== idle);
      expectUnbroken(states);
      for (const { Goid } of own) {
        const its = states.filter((row) => Number(row['goid']) === Goid);
        expect([its[0]?.['old_state'], its.at(-1)?.['new_state']]).toEqual([dead, dead]);
      }
    });

    it('every entry written is accounted for, and the offsets fit', () => {
      const { written, kept, overwritten, torn } = dump.accounting;
      expect(kept + overwritten + torn).toBe(written);
      expect(overwritten).toBe(0);
      expect(Object.values(opened.session.health()).filter((count) => count !== 0n)).toEqual([]);
      expect(opened.problems).toEqual([]);
    });

    it('a small recorder keeps the newest, read while the program runs, and says from where it is complete', async () => {
      const before = CLOCK.unixNanos();
      const small = await open(target, executable, { flightBytes: 64 * 1024, flightStacks: false });
      const churned = target.ask('churn 30000');
      for (let turn = 0; turn < 5; turn++) {
        const { accounting, ...columns } = await small.session.dumpGoroutines(MINUTE);
        const { written, kept, overwritten, torn } = accounting;
        expect(kept + overwritten + torn).toBe(written);
        expect(kept).toBeLessThanOrEqual((64 * 1024) / 64);
        expectUnbroken(
          rowsOf([columns], 'goroutine_events').filter((row) => Number(row['ts']) >= Number(row['complete_from'])),
        );
        await pause(3);
      }
      await churned;
      const { accounting, ...columns } = await small.session.dumpGoroutines(MINUTE);
      const found = rowsOf([columns], 'goroutine_events');
      await small.session.detach();
      expect(accounting.overwritten).toBeGreaterThan(60_000);
      expect(accounting.torn).toBe(0);
      expect(Number(found[0]?.['complete_from'])).toBeGreaterThan(Number(before));
      expect(new Set(found.map((row) => row['stack']))).toEqual(new Set([0n]));
    });

    it('a dump that is handed over comes with the other rows, and is counted', async () => {
      const rolled = await open(target, executable, { flightBytes: 1024 * 1024 });
      const [{ Goid } = { Goid: 0 }] = await work(target, 1);
      rolled.session.handOverGoroutines(MINUTE);
      rolled.session.handOverGoroutines(MINUTE);
      const found = rowsOf(rolled.batches, 'goroutine_events');
      await rolled.session.detach();
      const counted = rolled.session.counters().find(({ kind }) => kind === 'goroutine_events');
      expect(counted).toMatchObject({ submitted: BigInt(found.length), lost: 0n });
      expect(found.filter((row) => Number(row['goid']) === Goid).length).toBeGreaterThan(4);
      expect(new Set(found.map((row) => row['dump_ts'])).size).toBe(2);
    });

    it('nothing is recorded while the gate is closed, and complete_from says so', async () => {
      opened.session.setGate(false);
      const hidden = await work(target, 1);
      const reopenedAt = CLOCK.monotonicNanos();
      opened.session.setGate(true);
      const seen = await work(target, 1);
      const found = rowsOf([await opened.session.dumpGoroutines(MINUTE)], 'goroutine_events');
      const goids = new Set(goidsOf(found));
      expect(hidden.filter(({ Goid }) => goids.has(Goid))).toEqual([]);
      expect(seen.filter(({ Goid }) => !goids.has(Goid))).toEqual([]);
      const offset = CLOCK.unixNanos() - CLOCK.monotonicNanos();
      expect(Number(found[0]?.['complete_from']) - Number(reopenedAt + offset)).toBeGreaterThan(-2e6);
    });

    it.each([
      ['crash', 'fatal', 2, 'goroutine 1'],
      ['panic', 'panic', 4, ''],
    ])(
      '%s: the last 3.2 ms are kept although the process is gone, with the goroutine that ended it',
      async (command, mark, reasonNumber) => {
        await using doomed = await talkTo(executable);
        const last = await open(doomed, executable);
        await doomed.ask('idle 3');
        const goid = Number(await doomed.ask(command));
        await doomed.exited;
        await pause(200);
        await last.session.detach();
        const found = rowsOf(last.batches, 'goroutine_events');
        const at = Number(found[0]?.['dump_ts']);
        expect(new Set(found.map((row) => row['dump_reason']))).toEqual(new Set([reasonNumber]));
        const crashed = found.filter((row) => row['event'] === crash);
        expect(crashed).toMatchObject([{ crashed: 1, line: markedLine(mark, 'goroutines') }]);
        expect(goidsOf(crashed)).toEqual([goid]);
        expect(Number(crashed[0]?.['ts'])).toBe(at);
        expect(found.at(-1)).toBe(crashed[0]);
        // It had slept 2 ms: its waking lies in the window, and its falling asleep led there.
        const own = changes(
          found.filter((row) => Number(row['goid']) === goid),
          [runnable],
          running,
        );
        expect(own.length).toBeGreaterThan(0);
        const early = found.filter((row) => Number(row['ts']) < at - CRASH_WINDOW_MILLIS * 1e6);
        expect(new Set(goidsOf(early)).size).toBe(early.length);
        const counted = last.session.counters().find(({ kind }) => kind === 'goroutine_events');
        expect(counted?.submitted).toBe(BigInt(found.length));
        expect(crashed[0]?.['note']).toBe('');
      },
    );

    it('a map used by two at once: the note says that only one stack is known where family map is off', async () => {
      await using doomed = await talkTo(executable, { GOMAXPROCS: '4' });
      const last = await open(doomed, executable);
      await doomed.ask('race');
      await doomed.exited;
      await last.session.detach();
      const crashed = rowsOf(last.batches, 'goroutine_events').filter((row) => row['event'] === crash);
      expect(crashed).toMatchObject([{ crashed: 1, line: markedLine('race', 'goroutines') }]);
      expect(crashed[0]?.['note']).toMatch(/^only the stack of the goroutine that crashed is known/);
    });
  });
});
