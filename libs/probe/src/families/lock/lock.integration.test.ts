/**
 * Everything that Go builds on its semaphores, against what the program counts itself: kind, lock, both lines, what an
 * RWMutex was at, how often and how long. On programs as compiled, position independent, and with a profile that has the
 * probed functions inlined. Skipped with its reason where there is no root or no Go.
 */
import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LOCK_KINDS, RW_STATES } from '@mapscope/events';
import type { Columns, LockKind, RwState } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession } from '../../session.ts';
import { buildTarget, CLOCK, findToolchains, markedLine, rowsOf, siteOf, sumOf } from '../../test-target.ts';
import { COMPARES_TIMES, isWhole, variantsOf, whyNot } from '../../test-target.ts';
import type { Row, Toolchain, Variant } from '../../test-target.ts';
import { talkTo } from '../goroutine/test-program.ts';
import type { TalkingTarget } from '../goroutine/test-program.ts';
import type { Answer } from '../../test-locks.ts';
import { profileOfWaiting, WAITING } from './test-profile.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);

const IS_LONG = process.env['MAPSCOPE_LONG'] !== undefined;
const [QUEUE, READY, SUDOG] = WAITING;
/** Together, and in the long form each by itself: they are stood in for by different hooks. */
const PROFILES = IS_LONG ? [WAITING, [QUEUE], [READY], [SUDOG]] : [WAITING];

interface LockVariant extends Variant {
  readonly inlined: readonly string[];
}

/** Profiles are taken since Go 1.21, and made here from the runtime's sources. */
function withProfile(toolchain: Toolchain): readonly LockVariant[] {
  if (reason !== undefined || !isWhole(toolchain) || Number(toolchain.version.split('.')[1]) < 21) return [];
  return PROFILES.map((inlined, index) => {
    const file = path.join(os.tmpdir(), `mapscope-lock-${toolchain.version}-${index}-${process.pid}.pgo`);
    writeFileSync(file, profileOfWaiting(toolchain.root, inlined));
    const name = `${toolchain.version}, built with a profile of ${inlined.length} calls: ${inlined[0]}`;
    return { name, toolchain, flags: [`-pgo=${file}`], inlined };
  });
}

const asWritten = [...variantsOf(toolchains), ...(IS_LONG ? toolchains.slice(-1).map(withRaceDetector) : [])];
const variants: readonly LockVariant[] = [
  ...asWritten.map((variant) => ({ ...variant, inlined: [] })),
  ...toolchains.slice(-1).flatMap(withProfile),
];

function withRaceDetector(toolchain: Toolchain): Variant {
  return { name: `${toolchain.version}, race detector`, toolchain, flags: ['-race'] };
}

interface Scene {
  readonly kind: LockKind;
  readonly state?: RwState;
  /** mark of the line that waits; undefined: it is not in the program itself */
  readonly waiter?: string;
  /** marks of the lines that let go; the first does so at least once */
  readonly holders: readonly string[];
}

const SCENES: Readonly<Record<string, Scene>> = {
  mutex: { kind: 'mutex', waiter: 'mutex waiter', holders: ['mutex holder', 'mutex waiter lets go'] },
  'reader behind a holding writer': {
    kind: 'rwmutex_read',
    state: 'writer_holding',
    waiter: 'reader',
    holders: ['holding writer'],
  },
  'reader behind a pending writer': {
    kind: 'rwmutex_read',
    state: 'writer_pending',
    waiter: 'reader',
    holders: ['pending writer'],
  },
  'writer behind readers': {
    kind: 'rwmutex_write',
    state: 'readers_holding',
    waiter: 'writer',
    holders: ['last reader'],
  },
  'writer behind a holding writer': {
    kind: 'rwmutex_write',
    state: 'writer_holding',
    waiter: 'writer',
    holders: ['first writer', 'writer lets go'],
  },
  'writer behind a pending writer': {
    kind: 'rwmutex_write',
    state: 'writer_pending',
    waiter: 'writer',
    holders: ['first pending writer', 'writer lets go'],
  },
  waitgroup: { kind: 'waitgroup', waiter: 'group waiter', holders: ['done'] },
  cond: { kind: 'mutex', waiter: 'cond', holders: ['cond holder', 'cond lets go'] },
  file: { kind: 'other', holders: [] },
};

/** The program is silent for 10 ms before it answers; ours is a clock of milliseconds. */
const CLOCK_ERROR_NANOS = 3_000_000n;
const lineOf = (mark: string): number => markedLine(mark, 'locks');

describe.skipIf(reason !== undefined)(`waits on locks (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variants)('$name', ({ toolchain, flags, inlined }) => {
    let executable: string;
    let target: TalkingTarget;
    let session: ProbeSession;
    let batches: Columns[] = [];
    const problems: Error[] = [];
    const answers = new Map<string, Answer>();
    const begins: { readonly scene: string; readonly ts: bigint }[] = [];

    const sceneOf = (row: Row): string | undefined =>
      begins.findLast(({ ts }) => BigInt(String(row['ts'])) >= ts - CLOCK_ERROR_NANOS)?.scene;
    const waitsOf = (scene: string): readonly Row[] =>
      rowsOf(batches, 'lock_waits').filter((row) => sceneOf(row) === scene);
    const play = async (scene: string): Promise<void> => {
      begins.push({ scene, ts: CLOCK.unixNanos() });
      // testdata/locks/main.go
      answers.set(scene, JSON.parse(await target.ask(scene)) as Answer);
    };

    beforeAll(async () => {
      executable = buildTarget('locks', toolchain, flags);
      target = await talkTo(executable, { GOGC: 'off' });
      session = await openTestSession({ pid: target.pid, executable, families: ['lock'] }, { batches, problems });
      for (const scene of [...Object.keys(SCENES), 'nothing', 'collector']) await play(scene);
      await session.detach();
    }, 300_000);
    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
      batches = [];
    });

    it.each(Object.entries(SCENES))('%s: as many as there were, for as long, told apart', (scene, expected) => {
      const { waiter, holders, kind, state = 'none' } = expected;
      const { Waits: waits, Nanos: nanos = 0 } = answers.get(scene) ?? {};
      const line = waiter === undefined ? undefined : lineOf(waiter);
      const rows = waitsOf(scene).filter((row) => line === undefined || row['waiter_line'] === line);
      expect(new Set(rows.map((row) => row['waiter_goid'])).size).toBe(waits);
      expect(rows.length).toBe(waits);
      expect(new Set(rows.map((row) => row['lock_kind']))).toEqual(new Set([LOCK_KINDS[kind]]));
      expect(new Set(rows.map((row) => row['rw_state']))).toEqual(new Set([RW_STATES[state]]));
      expect(new Set(rows.map((row) => row['lock_addr'])).size).toBe(1);
      // cond: what the program could measure is not the lock's alone
      if (nanos > 0 && COMPARES_TIMES)
        expect(Math.abs(sumOf(rows, 'wait_ns', 'sched_ns') - nanos)).toBeLessThan(0.02 * nanos);
      const lines = holders.map(lineOf);
      if (lines.length === 0) return;
      for (const row of rows) expect(lines).toContain(row['holder_line']);
      expect(rows.map((row) => row['holder_line'])).toContain(lines[0]);
    });

    it('a pending writer has a wait of its own, for the readers before it', () => {
      for (const scene of ['reader behind a pending writer', 'writer behind a pending writer']) {
        const own = waitsOf(scene).filter((row) => row['rw_state'] === RW_STATES.readers_holding);
        expect(own.map((row) => siteOf(row, 'waiter').split(':')[1])).toEqual([
          String(lineOf(scene.startsWith('reader') ? 'announced' : 'first announced')),
        ]);
        expect(own.map((row) => row['lock_addr'])).toEqual([BigInt(answers.get(scene)?.RWMutex ?? 0)]);
      }
    });

    it('every semaphore of an RWMutex leads to the same address', () => {
      const scenes = Object.keys(SCENES).filter((scene) => SCENES[scene]?.kind.startsWith('rwmutex'));
      const addresses = scenes.flatMap((scene) => waitsOf(scene).map((row) => row['lock_addr']));
      expect(new Set(addresses)).toEqual(new Set([BigInt(answers.get('mutex')?.RWMutex ?? 0)]));
    });

    it('channels, sleeping and sync.Cond are no locks; what the collector waits for is its own', () => {
      expect(waitsOf('nothing')).toEqual([]);
      const collector = waitsOf('collector').filter((row) => String(row['waiter_function']) === 'main.collect');
      expect(new Set(collector.map((row) => row['lock_kind']))).toEqual(new Set([LOCK_KINDS.gc]));
    });

    it('nothing is lost or wrong, and what the program lacks is said', () => {
      expect(problems).toEqual([]);
      for (const { lost } of session.counters()) expect(lost).toBe(0n);
      const lacking = session.manifest.gaps.map((gap) => gap.function);
      expect(lacking.toSorted()).toEqual(inlined.toSorted());
    });
  });
});
