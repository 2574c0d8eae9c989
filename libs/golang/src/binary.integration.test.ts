/**
 * Real programs of every Go toolchain at hand, against Go's own tools and Go's own runtime: the function table against
 * `go tool nm`, lines against `go tool addr2line`, frames against runtime.CallersFrames, sites against the code's bytes.
 * Toolchains: MAPSCOPE_GO_ROOTS (GOROOTs, separated by colons), else
 * /usr/lib/go-1.* and what lies under .mapscope/go.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { afterAll, describe, expect, test } from 'vitest';
import { costlyEntrySite, findEntrySite, readGoBinary, returnSites, type Frame, type GoBinary } from './index.ts';

const repository = join(import.meta.dirname, '../../..');
const testdata = join(import.meta.dirname, '../testdata');
const found = globSync(['/usr/lib/go-1.*', join(repository, '.mapscope/go/*/usr/lib/go-1.*')]);
const roots = (process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? found).filter((root) =>
  existsSync(join(root, 'bin/go')),
);
const folder = mkdtempSync(join(tmpdir(), 'mapscope-golang-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  stripped: ['-ldflags=-s -w'],
  pie: ['-buildmode=pie'],
  'pie stripped': ['-buildmode=pie', '-ldflags=-s -w'],
};

function go(
  root: string,
  args: readonly string[],
  options: { cwd?: string; input?: string; arch?: string } = {},
): string {
  const env = {
    ...process.env,
    GOROOT: root,
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    GOFLAGS: '-mod=mod',
    GO111MODULE: 'on',
  };
  const given = { ...env, ...(options.arch === undefined ? {} : { GOARCH: options.arch, CGO_ENABLED: '0' }) };
  const { cwd, input } = options;
  return execFileSync(join(root, 'bin/go'), args, { cwd, input, env: given, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

function build(
  root: string,
  program: string,
  flags: readonly string[],
  arch?: string,
): { path: string; binary: GoBinary } {
  const path = join(folder, [program, ...flags, arch ?? '', root].join(' ').replaceAll(/[^\w.=-]+/g, '_'));
  go(root, ['build', ...flags, '-o', path, '.'], {
    cwd: join(testdata, program),
    ...(arch === undefined ? {} : { arch }),
  });
  return { path, binary: readGoBinary(readFileSync(path)) };
}

interface Symbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

/** Type arguments as the linker of Go ≤ 1.20 and every traceback shortens them; `.abi0` and `.` for `·` are nm's own. */
function plain(name: string): string {
  return name
    .replace(/\[.*\]/, '[...]')
    .replace(/\.abi0$/, '')
    .replaceAll('·', '.');
}

/** Marks of the linker without code of their own. */
const MARKS = /^(runtime\.e?text|go[.:](buildid|textfips(start|end)))$/;

function nm(root: string, path: string): readonly Symbol[] {
  const lines = go(root, ['tool', 'nm', '-size', '-sort', 'address', path]).split('\n');
  return lines
    .map((line) => /^\s*([0-9a-f]+)\s+(\d+)\s+[Tt]\s+(.+)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, address = '', size = '', name = '']) => ({
      name: plain(name),
      address: parseInt(address, 16),
      size: Number(size),
    }))
    .filter(({ name, size }) => !MARKS.test(name) && size > 0);
}

interface Stack {
  readonly name: string;
  readonly pcs: readonly string[];
  readonly frames: readonly Frame[];
}

/** What runtime.Callers leaves out: functions that the compiler made for defer and go statements with arguments. */
const WRAPPER = /\.(deferwrap|gowrap)\d+$/;

/** Expands only real return addresses; the virtual ones that runtime.Callers adds for inlined calls are skipped over. */
function expand(binary: GoBinary, pcs: readonly number[]): readonly Frame[] {
  const frames: Frame[] = [];
  while (frames.length < pcs.length) {
    const next = binary.frames((pcs[frames.length] ?? 0) - 1).filter((frame) => !WRAPPER.test(frame.function));
    if (next.length === 0) break;
    frames.push(...next);
  }
  return frames;
}

function expectSiteOfItsKind(binary: GoBinary, bytes: Uint8Array, symbol: Symbol): 'site' | 'refused' {
  const fn = binary.functionAt(symbol.address)!;
  try {
    const site = findEntrySite(binary, fn);
    const [first = 0, second = 0] = bytes.subarray(site.fileOffset, site.fileOffset + 2);
    const kinds = {
      push: (first & 0xf8) === 0x50 || (first === 0x41 && (second & 0xf8) === 0x50),
      branch: (first & 0xf0) === 0x70 || (first === 0x0f && (second & 0xf0) === 0x80),
      other: [0xe8, 0xe9, 0xeb, 0x90].includes(first),
    };
    expect(kinds[site.instruction], `${fn.name}+${site.offset}`).toBe(true);
    return 'site';
  } catch (error) {
    if (error instanceof MapscopeError && error.code === 'PROBE_REFUSED') return 'refused';
    throw error;
  }
}

/** What the probes of libs/probe need a cheap site on (those with two names moved between Go versions). */
const HOOKS = [
  ['runtime.(*semaRoot).queue'],
  ['runtime.readyWithTime'],
  ['runtime.releaseSudog'],
  ['runtime.newproc1'],
  ['runtime.goexit1'],
  ['runtime.runqput'],
  ['runtime.gopanic'],
  ['runtime.semacquire1'],
  ['sync.(*Mutex).lockSlow', 'internal/sync.(*Mutex).lockSlow'],
  ['net/http.serverHandler.ServeHTTP'],
  ['net/http.(*response).finishRequest'],
  ['net/http.(*conn).readRequest'],
  ['net/textproto.canonicalMIMEHeaderKey'],
];

test.skipIf(roots.length > 0)('needs a Go toolchain: set MAPSCOPE_GO_ROOTS', ({ skip }) =>
  skip('no Go toolchain found'),
);

describe.each(roots)('programs of %s', (root) => {
  const version = go(root, ['env', 'GOVERSION']).trim();

  test.each(Object.entries(VARIANTS))('%s: frames equal those of the runtime itself', (_, flags) => {
    const { path, binary } = build(root, 'frames', flags);
    const [base, ...stacks] = execFileSync(path, { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line): Stack => JSON.parse(line));
    const shift = parseInt(base!.pcs[0]!, 16) - binary.lookup('main.twice')!.entry;
    expect(binary.goVersion.text.startsWith(version)).toBe(true);
    expect(stacks.map(({ name }) => name)).toContain('wait/Get');
    for (const { name, pcs, frames } of stacks) {
      const got = expand(
        binary,
        pcs.map((pc) => parseInt(pc, 16) - shift),
      );
      expect({ name, frames: got.map((frame) => ({ ...frame, function: plain(frame.function) })) }).toEqual({
        name,
        frames,
      });
    }
    const waiter = stacks.find(({ name }) => name === 'wait/Get')!.frames.map((frame) => frame.function);
    const lock = waiter.indexOf('sync.(*RWMutex).RLock');
    expect(waiter[lock + 1]).toBe('main.(*Cache).Get');
  });

  test.each(['default', 'pie'])('%s: the function table is that of go tool nm', (variant) => {
    const { path, binary } = build(root, 'frames', VARIANTS[variant]!);
    const symbols = nm(root, path);
    expect(symbols.length).toBeGreaterThan(1000);
    const wrong = symbols.filter(({ name, address, size }) => {
      const fn = binary.functionAt(address);
      return fn === undefined || plain(fn.name) !== name || fn.entry !== address || fn.size < size;
    });
    expect(wrong).toEqual([]);
    const stripped = build(root, 'frames', [...VARIANTS[variant]!, '-ldflags=-s -w']).binary;
    expect(stripped.functionCount).toBe(binary.functionCount);
    expect(stripped.lookup('main.(*Cache).Get')?.entry).toBe(binary.lookup('main.(*Cache).Get')?.entry);
  });

  test.each(['default', 'pie'])('%s: lines are those of go tool addr2line', (variant) => {
    const { path, binary } = build(root, 'frames', VARIANTS[variant]!);
    const addresses = nm(root, path).flatMap(({ address, size }) => [
      address,
      address + (size >> 1),
      address + size - 1,
    ]);
    const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
    const lines = go(root, ['tool', 'addr2line', path], { input }).split('\n');
    const differences = addresses.flatMap((address, index) => {
      const frames = binary.frames(address);
      const ours = [plain(frames.at(-1)!.function), `${frames[0]!.file}:${frames[0]!.line}`];
      const theirs = [plain(lines[index * 2]!), lines[index * 2 + 1]!];
      return ours.join() === theirs.join() || /^\??:0$/.test(theirs[1]!) ? [] : [{ address, ours, theirs }];
    });
    expect(differences).toEqual([]);
  });

  test('every site found is an instruction that the kernel emulates, and every hook has one', () => {
    const { path, binary } = build(root, 'offsets', []);
    const bytes = readFileSync(path);
    const outcomes = nm(root, path).map((symbol) => expectSiteOfItsKind(binary, bytes, symbol));
    expect(outcomes.filter((outcome) => outcome === 'site').length).toBeGreaterThan(outcomes.length * 0.8);
    for (const names of HOOKS) {
      const fn = names.map((name) => binary.lookup(name)).find((hook) => hook !== undefined)!;
      expect(findEntrySite(binary, fn).offset, names[0]).toBeLessThan(32);
    }
    expect(costlyEntrySite(binary, binary.lookup('runtime.fatal')!).offset).toBe(0);
    const queue = binary.lookup('runtime.(*semaRoot).queue')!;
    for (const offset of returnSites(binary, queue)) expect(binary.code(queue)[offset]).toBe(0xc3);
  });

  test('arm64: functions and lines are read, sites are refused with the reason', () => {
    const { path, binary } = build(root, 'frames', [], 'arm64');
    const wrong = nm(root, path).filter(({ name, address }) => plain(binary.functionAt(address)?.name ?? '') !== name);
    expect(wrong).toEqual([]);
    const get = binary.lookup('main.(*Cache).Get')!;
    expect(binary.frames(get.entry)[0]).toMatchObject({ function: 'main.(*Cache).Get', line: 15 });
    expect(() => findEntrySite(binary, get)).toThrow('arm64 sites are not implemented yet');
  });
});
