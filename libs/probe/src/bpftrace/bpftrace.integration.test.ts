/**
 * The same calls counted by bpftrace and by us, in one process at the same time: another program's probes, at other
 * instructions, found through the symbol table instead of Go's function table. Every count must be equal.
 * Only with MAPSCOPE_LONG (npm run matrix); skipped with its reason where bpftrace could not be fetched.
 */
import { readFileSync, rmSync } from 'node:fs';
import { GC_EVENT_KINDS, GOROUTINE_STATES, MAP_EVENT_KINDS, MAP_OPS } from '@mapscope/events';
import type { Columns } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../test-session.ts';
import { buildTarget, findToolchains, pause, rowsOf, runTarget, send, sumOf, whyNot } from '../test-target.ts';
import type { Row, RunningTarget } from '../test-target.ts';
import { countCalls, isAtHand } from './bpftrace.ts';

const toolchains = findToolchains();
const reason =
  whyNot(toolchains) ??
  (process.env['MAPSCOPE_LONG'] === undefined ? 'only in npm run matrix, or with MAPSCOPE_LONG=1' : undefined) ??
  (isAtHand() ? undefined : 'bpftrace could not be fetched: npm run matrix tries to');

const ASSIGN = 'runtime.mapassign';
const FAST64 = 'runtime.mapassign_fast64';
const OTHER_ASSIGNS = ['_fast32', '_fast64ptr', '_faststr'].map((form) => ASSIGN + form);
const QUEUE = 'runtime.(*semaRoot).queue';
const NEW_GOROUTINE = 'runtime.newproc1';
const SERVE = 'net/http.serverHandler.ServeHTTP';
const MARKED = 'runtime.gcMarkTermination';
const FUNCTIONS = [ASSIGN, FAST64, ...OTHER_ASSIGNS, QUEUE, NEW_GOROUTINE, SERVE, MARKED];

/**
 * cmd/compile/internal/walk/walk.go, mapfast: keys of 8 bytes without a pointer (one to what is not in the heap is none), and
 * elements of at most 128 bytes (of 1.19 … 1.27).
 */
function isFast64(type: string, keyClass: string): boolean {
  if (type.startsWith('map[*runtime.moduledata]')) return true;
  return /^(u?int(64|ptr)?|8 bytes)$/.test(keyClass) && type !== 'map[int][200]int';
}

/** Maps of every kind of key, a contended lock, a goroutine for every connection and request. */
async function work(target: RunningTarget): Promise<number> {
  const paths = ['/run', '/contend', '/run', '/contend', '/run'];
  for (const path of paths) await send(target, path);
  const together = Array.from({ length: 12 }, () => '/contend');
  await Promise.all(together.map((path) => send(target, path)));
  return paths.length + together.length;
}

interface Seen {
  readonly rows: (kind: Columns['kind']) => readonly Row[];
  readonly dump: readonly Row[];
  readonly overwritten: number;
  readonly problems: readonly Error[];
}

async function watch(target: RunningTarget, executable: string, during: () => Promise<unknown>): Promise<Seen> {
  const batches: Columns[] = [];
  const problems: Error[] = [];
  const session = await openTestSession(
    { pid: target.pid, executable, families: ['trace', 'http', 'lock', 'gc', 'map', 'goroutine'], ringBytes: 1 << 23 },
    { batches, problems },
  );
  await during();
  await pause(300);
  const { accounting, ...dump } = await session.dumpGoroutines({ lastMillis: 120_000 });
  await session.detach();
  const lost = session.counters().reduce((sum, one) => sum + Number(one.lost), 0);
  expect(lost).toBe(0);
  const { overwritten } = accounting;
  return { rows: (kind) => rowsOf(batches, kind), dump: rowsOf([dump], 'goroutine_events'), overwritten, problems };
}

describe.skipIf(reason !== undefined)(`counts of bpftrace and ours (skipped: ${reason ?? 'no'})`, () => {
  describe.each(toolchains)('$version', (toolchain) => {
    let executable: string;
    let seen: Seen;
    let requests: number;
    let theirs: ReadonlyMap<string, number>;
    const calls = (...names: readonly string[]): number =>
      names.reduce((sum, name) => sum + (theirs.get(name) ?? 0), 0);
    const assigned = (): readonly Row[] =>
      seen.rows('map_events').filter((row) => row['kind'] === MAP_EVENT_KINDS.count && row['op'] === MAP_OPS.assign);

    beforeAll(async () => {
      executable = buildTarget('mapops', toolchain, []);
      const binary = readGoBinary(readFileSync(executable));
      await using target = await runTarget(executable);
      const counting = await countCalls({ pid: target.pid, executable, binary }, FUNCTIONS);
      seen = await watch(target, executable, async () => {
        requests = await work(target);
      });
      theirs = await counting.stop();
      expect(seen.problems).toEqual([]);
    }, 300_000);
    afterAll(() => rmSync(executable, { force: true }));

    it('requests', () => {
      expect(calls(SERVE)).toBe(requests);
      expect(seen.rows('http_requests').length).toBe(calls(SERVE));
    });

    it('writes to maps, by every function that writes', () => {
      expect(calls(ASSIGN, FAST64, ...OTHER_ASSIGNS)).toBeGreaterThan(18_000);
      expect(sumOf(assigned(), 'count')).toBe(calls(ASSIGN, FAST64, ...OTHER_ASSIGNS));
    });

    it('writes to maps by keys of eight bytes', () => {
      const fast = assigned().filter((row) => isFast64(String(row['map_type']), String(row['key_class'])));
      expect(calls(FAST64)).toBeGreaterThanOrEqual(15_000);
      expect(sumOf(fast, 'count')).toBe(calls(FAST64));
    });

    it('waits for locks', () => {
      expect(calls(QUEUE)).toBeGreaterThan(100);
      expect(seen.rows('lock_waits').length).toBe(calls(QUEUE));
    });

    it('goroutines that were started', () => {
      const { dead, runnable, waiting } = GOROUTINE_STATES;
      const born = seen.dump.filter(
        (row) => row['old_state'] === dead && [runnable, waiting].some((state) => state === row['new_state']),
      );
      expect(seen.overwritten).toBe(0);
      expect(calls(NEW_GOROUTINE)).toBeGreaterThan(30);
      expect(born.length).toBe(calls(NEW_GOROUTINE));
    });

    it('collections', () => {
      const cycles = seen.rows('gc_events').filter((row) => row['kind'] === GC_EVENT_KINDS.cycle);
      expect(cycles.length).toBe(calls(MARKED));
    });
  });
});
