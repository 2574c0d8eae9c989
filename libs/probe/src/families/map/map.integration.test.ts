/**
 * Map operations of real Go programs: counts against the program's own, for every kind of key; growth against the map's
 * memory; conflicts of racy programs, and none of a locked one. Skipped with its reason where there is no root or no Go.
 * With MAPSCOPE_LONG (npm run matrix) the newest Go's locked run takes a minute, and its races are run six times.
 */
import { rmSync } from 'node:fs';
import { LOCK_KINDS, MAP_EVENT_KINDS, MAP_OPS } from '@mapscope/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findToolchains, markedLine, send, siteOf, sumOf, variantsOf, whyNot } from '../../test-target.ts';
import type { Row, RunningTarget, Variant } from '../../test-target.ts';
import { build, raced, watch } from './test-watch.ts';
import type { Built, Watched } from './test-watch.ts';
import { ownCounts, seenCounts } from './test-counts.ts';
import type { OwnMap } from './test-counts.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const variants = variantsOf(toolchains);
const RUNS = 6;
const IS_LONG = process.env['MAPSCOPE_LONG'] !== undefined;
const isSubject = ({ toolchain, flags }: Variant): boolean => toolchain === toolchains.at(-1) && flags.length === 0;
const lockedSeconds = (variant: Variant): number =>
  IS_LONG && isSubject(variant) ? 60 : 5 / Math.max(1, variants.length);
const { count, write, conflict, growth, guard } = MAP_EVENT_KINDS;

async function getJson(target: RunningTarget, path: string): Promise<unknown> {
  return (await fetch(target.url + path)).json();
}

describe.skipIf(reason !== undefined)(`map operations (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variants)('$name', (variant) => {
    let built: Built;
    let watched: Watched;
    let own: readonly OwnMap[];
    let trace: string;
    let contended: { readonly Lock: string; readonly Map: string };
    let rows: readonly Row[];

    beforeAll(async () => {
      built = build('mapops', variant);
      watched = await watch(built, 1);
      // mapops/main.go, type counts and the answer of /contend.
      own = (await getJson(watched.target, '/run')) as readonly OwnMap[];
      contended = (await getJson(watched.target, '/contend')) as typeof contended;
      trace = await send(watched.target, '/run');
      await watched.session.detach();
      rows = watched.rows();
    }, 120_000);
    afterAll(async () => {
      await watched[Symbol.asyncDispose]();
      rmSync(built.executable, { force: true });
    });

    it('counts every operation of every map, exactly', () => {
      expect(seenCounts(rows, own)).toEqual(own.map(ownCounts));
      expect(rows.filter((row) => row['kind'] === conflict)).toEqual([]);
    });

    it('tells every write by itself where one of one is asked for, with its trace', () => {
      for (const { Map: address, Assign, Delete, Clear } of own) {
        const writes = rows.filter((row) => row['kind'] === write && row['map_addr'] === BigInt(address));
        expect(writes.length).toBe(Assign + Delete + Clear);
      }
      const traced = rows.filter((row) => row['kind'] === write && row['trace_id'] === trace);
      const expected = own.reduce((sum, { Assign, Delete, Clear }) => sum + Assign + Delete + Clear, 0);
      // Of a write through package reflect, that is the line; net/http writes its own maps meanwhile.
      expect(traced.filter((row) => /^(main|reflect)\./.test(String(row['function']))).length).toBe(expected);
    });

    it('names type, kind of key and line', () => {
      const [first] = own;
      const mine = rows.filter((row) => row['map_addr'] === BigInt(first?.Map ?? 0));
      expect(new Set(mine.map((row) => `${String(row['map_type'])} ${String(row['key_class'])}`))).toEqual(
        new Set(['map[int64]int int64']),
      );
      const lines = (op: number): readonly unknown[] => [
        ...new Set(mine.filter((row) => row['op'] === op && row['kind'] !== growth).map((row) => row['line'])),
      ];
      expect(lines(MAP_OPS.assign)).toEqual([markedLine('assign', 'mapops')]);
      expect(lines(MAP_OPS.access)).toContain(markedLine('access', 'mapops'));
      expect(lines(MAP_OPS.access2)).toEqual([markedLine('access2', 'mapops')]);
      expect(lines(MAP_OPS.delete)).toEqual([markedLine('delete', 'mapops')]);
      const texts = rows.filter(
        (row) => row['map_addr'] === BigInt(own.find(({ Name }) => Name === 'string')?.Map ?? 0),
      );
      expect(new Set(texts.map((row) => row['key_class']))).toEqual(
        new Set(['string', 'string of 1–8 bytes', 'string of 33–128 bytes', 'string of 9–32 bytes']),
      );
    });

    it('sees every growth: as many, and to the size that the map has then', () => {
      for (const { Map: address, Grown, Capacity, Name } of own) {
        const grown = rows.filter((row) => row['kind'] === growth && row['map_addr'] === BigInt(address));
        expect(grown.length, Name).toBe(Grown);
        expect(8 + sumOf(grown, 'new_slots') - sumOf(grown, 'old_slots'), Name).toBe(Capacity);
      }
    });

    it('says which lock was waited for before the map', () => {
      const guards = rows.filter((row) => row['kind'] === guard && row['lock_kind'] === LOCK_KINDS.mutex);
      const mine = guards.filter((row) => row['map_addr'] === BigInt(contended.Map));
      expect(new Set(mine.map((row) => row['lock_addr']))).toEqual(new Set([BigInt(contended.Lock)]));
      expect(new Set(mine.map((row) => siteOf(row, 'lock')))).toEqual(
        new Set([`main.(*guarded).put:${markedLine('lock', 'mapops')}`]),
      );
      expect(new Set(mine.map((row) => row['line']))).toEqual(new Set([markedLine('guarded', 'mapops')]));
      // Two goroutines took the lock 20 times each: one of them waits for the other.
      expect(sumOf(mine, 'count')).toBeGreaterThanOrEqual(10);
    });

    it('is in order itself: no row lost, none without a place, and the program lives', async () => {
      const counters = watched.session.counters().find(({ family }) => family === 'map');
      expect(counters).toMatchObject({ submitted: BigInt(rows.length), lost: 0n });
      expect(watched.session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
      expect(rows.filter((row) => row['kind'] === count && Number(row['maps']) === 0)).toEqual([]);
      expect(watched.problems).toEqual([]);
      expect((await fetch(`${watched.target.url}/contend`)).status).toBe(200);
    });
  });

  describe.each(variants)('races with $name', (variant) => {
    let built: Built;
    beforeAll(() => {
      built = build('racy', variant);
    }, 60_000);
    afterAll(() => rmSync(built.executable, { force: true }));

    it.each([
      ['/writers', 'main.remove', 'first writer', 'main.write', 'second writer'],
      ['/reader', 'main.remove', 'first writer', 'main.read', 'reader'],
    ])(
      '%s: a conflict names both lines, both goroutines and the map',
      async (path, one, oneMark, other, otherMark) => {
        await using watched = await watch(built, 0);
        const { all, conflicts } = await raced(watched, path);
        const known = [`${one}:${markedLine(oneMark, 'racy')}`, `${other}:${markedLine(otherMark, 'racy')}`];
        expect(conflicts.length).toBeGreaterThan(0);
        expect(all.every((row) => row['other_goid'] !== 0n || row['flag_seen'] === 1)).toBe(true);
        for (const row of conflicts) {
          expect([`${String(row['function'])}:${String(row['line'])}`, siteOf(row, 'other')].sort()).toEqual(
            known.toSorted(),
          );
          expect(row['map_type']).toBe('map[main.key]int');
          expect(row['goid']).not.toBe(row['other_goid']);
          expect(row['stack']).not.toBe(0n);
          expect(row['other_stack']).not.toBe(0n);
          expect(Number(row['window_ns'])).toBeLessThan(1e8);
        }
      },
      60_000,
    );

    it.runIf(IS_LONG && isSubject(variant))(
      'in at least five of six runs both stacks are known before the program dies of it',
      async () => {
        let known = 0;
        for (let run = 0; run < RUNS; run++) {
          await using watched = await watch(built, 0);
          const { conflicts } = await raced(watched, run % 2 === 0 ? '/writers' : '/reader');
          const isKnown = conflicts.some((row) => row['stack'] !== 0n && row['other_stack'] !== 0n);
          if (isKnown) known++;
        }
        expect(known).toBeGreaterThanOrEqual(RUNS - 1);
      },
      200_000,
    );

    it('a program that locks has none, under load, with maps that come and go, grow and panic', async () => {
      await using watched = await watch(built, 0);
      const answer = await fetch(`${watched.target.url}/locked?for=${lockedSeconds(variant)}s`);
      expect(Number(await answer.text())).toBeGreaterThan(100);
      await watched.session.detach();
      expect(watched.rows().filter((row) => row['kind'] === conflict)).toEqual([]);
      expect(watched.rows().filter((row) => row['kind'] === guard).length).toBeGreaterThan(0);
      expect(watched.session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
    }, 120_000);
  });
});
