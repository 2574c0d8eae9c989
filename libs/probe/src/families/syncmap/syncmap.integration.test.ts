/**
 * Operations on sync.Maps of a real Go program, against its own counts, for both implementations of sync.Map. Skipped with
 * its reason where there is no root or no Go.
 */
import { readFileSync, rmSync } from 'node:fs';
import { SYNCMAP_EVENT_KINDS, SYNCMAP_OPS } from '@mapscope/events';
import type { Columns, SyncmapEventKind, SyncmapOp } from '@mapscope/events';
import { readGoBinary } from '@mapscope/golang';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSession } from '../../test-session.ts';
import type { ProbeSession } from '../../session.ts';
import {
  buildTarget,
  COMPARES_TIMES,
  findToolchains,
  markedLine,
  pause,
  rowsOf,
  runTarget,
  send,
  sumOf,
  variantsOf,
  whyNot,
} from '../../test-target.ts';
import type { Row, RunningTarget } from '../../test-target.ts';
import { IS_TRIE } from './hooks.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const EXACT = 1;

/** testdata/syncmaps/main.go, type calls */
interface OwnCalls {
  readonly Addr: string;
  readonly Load: number;
  readonly Store: number;
  readonly LoadOrStore: number;
  readonly LoadAndDelete: number;
  readonly Range: number;
  readonly RangeNanos: readonly number[];
  readonly Miss: number;
  readonly Copy: number;
  readonly Promotions: readonly number[];
  readonly Copies: readonly number[];
}

describe.skipIf(reason !== undefined)(`sync.Maps (skipped: ${reason ?? 'no'})`, () => {
  describe.each(variantsOf(toolchains))('$name', ({ toolchain, flags }) => {
    let executable: string;
    let target: RunningTarget;
    let session: ProbeSession;
    let own: readonly [OwnCalls, OwnCalls];
    let isTrie: boolean;
    let stepsTrace: string;
    let all: readonly Row[];
    const batches: Columns[] = [];
    const problems: Error[] = [];
    const rows = (kind: SyncmapEventKind, of: OwnCalls): readonly Row[] =>
      all.filter((row) => row['kind'] === SYNCMAP_EVENT_KINDS[kind] && row['map_addr'] === BigInt(of.Addr));
    const lines = (op: SyncmapOp): ReadonlySet<unknown> =>
      new Set(
        rows('count', own[1])
          .filter((row) => row['op'] === SYNCMAP_OPS[op])
          .map((row) => `${String(row['function'])}:${String(row['line'])}`),
      );
    const counted = (op: SyncmapOp, of: OwnCalls): number =>
      sumOf(
        rows('count', of).filter((row) => row['op'] === SYNCMAP_OPS[op]),
        'count',
      );

    beforeAll(async () => {
      executable = buildTarget('syncmaps', toolchain, flags);
      target = await runTarget(executable);
      const binary = readGoBinary(readFileSync(executable));
      isTrie = binary.lookup(IS_TRIE) !== undefined;
      session = await openTestSession(
        { pid: target.pid, executable, binary, families: ['http', 'trace', 'syncmap'] },
        { batches, problems },
      );
      await send(target, '/work');
      stepsTrace = await send(target, '/steps');
      // Counts are told once a second: some now, the others at the end.
      await pause(1100);
      await send(target, '/work');
      const response = await fetch(`${target.url}/counts`);
      // The program is ours: main.go, type calls.
      own = (await response.json()) as readonly [OwnCalls, OwnCalls];
      await session.detach();
      all = rowsOf(batches, 'syncmap_events');
    }, 300_000);

    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(executable, { force: true });
    });

    it('every operation is counted once, for its own map', () => {
      for (const of of own) {
        const seen = (['load', 'swap', 'load_or_store', 'load_and_delete', 'range'] as const).map((op) =>
          counted(op, of),
        );
        expect(seen).toEqual([of.Load, of.Store, of.LoadOrStore, of.LoadAndDelete, of.Range]);
      }
      expect(new Set(rows('count', own[0]).map((row) => row['ts'])).size).toBeGreaterThan(1);
      expect(problems).toEqual([]);
      expect(session.health()).toEqual({ mapFull: 0n, stackFailed: 0n, selftestFailed: 0n, headersUnread: 0n });
    });

    it('every record submitted became a row, and none was lost', () => {
      const counters = session.counters().find(({ kind }) => kind === 'syncmap_events');
      expect(counters?.lost).toBe(0n);
      expect(all.length).toBe(Number(counters?.submitted));
    });

    it('misses, promotions and copies are those that sync.Map’s source says, with their entries', () => {
      const [, steps] = own;
      const entries = (kind: SyncmapEventKind): readonly number[] =>
        rows(kind, steps)
          .toSorted((a, b) => Number(a['ts']) - Number(b['ts']))
          .map((row) => Number(row['entries']));
      const expected = isTrie ? [0, 0, [], []] : [steps.Miss, steps.Copy, steps.Promotions, steps.Copies];
      expect([counted('miss', steps), counted('copy', steps), entries('promotion'), entries('copy')]).toEqual(expected);
    });

    it('a Range is told with its time, also one within another', () => {
      const [, steps] = own;
      const ranges = rows('range', steps).toSorted((a, b) => Number(a['ts']) - Number(b['ts']));
      expect(ranges.length).toBe(steps.Range);
      for (const [index, nanos] of COMPARES_TIMES ? steps.RangeNanos.entries() : []) {
        const seen = Number(ranges[index]?.['duration_ns']);
        expect(seen).toBeLessThanOrEqual(nanos);
        // The program's clock goes on while somebody else has the processor.
        expect(seen).toBeGreaterThan(0.98 * nanos - 1e6);
      }
      expect(ranges.every((row) => Number(row['entries']) === (isTrie ? 0 : steps.Promotions.at(-1)))).toBe(true);
      expect(new Set(ranges.map((row) => `${String(row['trace_id'])} ${String(row['binding'])}`))).toEqual(
        new Set([`${stepsTrace} ${EXACT}`]),
      );
    });

    it('rows name the line that works on the map', () => {
      expect(lines('load')).toEqual(new Set([`main.load:${markedLine('load', 'syncmaps')}`]));
      expect(lines('range')).toContain(`main.rangeOver:${markedLine('range', 'syncmaps')}`);
      if (!isTrie) expect(lines('miss')).toEqual(lines('load'));
    });
  });
});
