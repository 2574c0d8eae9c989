/** A real program of 10 000 goroutines that counts for itself: its dump is grouped as it stands, its profiles are summed as Go sums them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGo, runGo, toolchains } from '../testdata/toolchains.ts';
import { isLibraryFunction } from './dumps/user-frame.ts';
import { contentionSites, groupGoroutines, lockWaits, parseGoroutineDump, readProfile } from './index.ts';

const IDLE = 10_000;
const READERS = 30;
const WRITERS = 20;

test.skipIf(toolchains.length > 0)('skipped: no Go toolchain, set MAPSCOPE_GO_ROOTS', () => undefined);

/**
 * What `go tool pprof -top` says once runtime and sync are hidden: line of source → sum. The first toolchain's reads the
 * profiles of all: it is the oldest, and since Go 1.25 the tool comes unbuilt (release notes, "Go command").
 */
function goTop(file: string, index: string): ReadonlyMap<string, number> {
  const hide = String.raw`-hide=^(runtime|sync|internal)(/[^.]*)?\.`;
  const flags = ['-top', hide, '-lines', `-sample_index=${index}`, '-unit=ns', '-nodefraction=0', '-nodecount=1000'];
  const lines = runGo(toolchains[0] ?? '', ['tool', 'pprof', ...flags, file]).split('\n');
  const rows = lines.slice(lines.findIndex((line) => /^\s+flat /.test(line)) + 1);
  const sums = rows.flatMap((row) => {
    const [, flat, place] = /^\s*(\d+)(?:ns)? .*?% +\S+ +\S+% +(.+)$/.exec(row) ?? [];
    return flat === undefined || flat === '0' || place === undefined ? [] : [[place, Number(flat)] as const];
  });
  return new Map(sums);
}

describe.each(toolchains)('%s', (root) => {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-contended-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => void execFileSync(buildGo({ root, program: 'contended' }), [folder, String(IDLE)]));
  const dumped = () => parseGoroutineDump(readFileSync(join(folder, 'goroutine'), 'utf8'));

  test('the dump of 10 000 goroutines is grouped right, nothing is left over', () => {
    const dump = dumped();
    expect([dump.unreadLines, dump.isCut, dump.goroutines.length]).toEqual([0, false, IDLE + READERS + WRITERS + 2]);
    const groups = groupGoroutines(dump.goroutines);
    expect(groups[0]).toMatchObject({ count: IDLE, state: 'chan receive', at: { function: 'main.worker' } });
    expect(groups[0]?.creator?.function).toBe('main.main');
  });

  test('who waits for the lock is counted at the line, and its holder is guessed', () => {
    const sites = lockWaits(dumped().goroutines);
    const told = sites.map(({ operation, at, count }) => [operation, at.function, count]);
    expect(new Set(told)).toEqual(
      new Set([
        ['sync.(*RWMutex).RLock', 'main.(*Cache).Get', READERS],
        ['sync.(*RWMutex).Lock', 'main.(*Cache).Put', WRITERS],
      ]),
    );
    for (const { holderGuesses } of sites)
      expect(holderGuesses).toMatchObject([{ at: { function: 'main.(*Cache).Rebuild' }, count: 1 }]);
  });

  test.each(['mutex', 'block'])('the %s profile has the sites and sums of go tool pprof', (name) => {
    const file = join(folder, name);
    const { sites } = contentionSites(readProfile(gunzipSync(readFileSync(file))));
    expect(sites[0]?.function).toBe('main.hold');
    for (const [index, field] of [
      ['delay', 'delayNanos'],
      ['contentions', 'contentions'],
    ] as const) {
      const ours = sites.map((site) => [`${site.function} ${site.file}:${site.line}`, site[field]] as const);
      // A wait of the runtime itself (Go 1.22 and later) is hidden whole.
      expect(new Map(ours.filter(([place, sum]) => sum !== 0 && !isLibraryFunction(place)))).toEqual(
        goTop(file, index),
      );
    }
  });
});
