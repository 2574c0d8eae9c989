/**
 * Real programs of every Go toolchain at hand (testdata/toolchains.ts), against Go's own tools and Go's own runtime: the
 * function table against `go tool nm`, lines against `go tool addr2line`, frames against runtime.CallersFrames.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildGo, runGo, toolchains } from '../testdata/toolchains.ts';
import { readGoBinary, type Frame, type GoBinary } from './index.ts';

interface Variant {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  default: {},
  stripped: { flags: ['-ldflags=-s -w'] },
  pie: { flags: ['-buildmode=pie'] },
  'pie stripped': { flags: ['-buildmode=pie', '-ldflags=-s -w'] },
  // C code stands before Go's in .text.
  cgo: { flags: ['-tags=withc', '-ldflags=-linkmode=external'], env: { CGO_ENABLED: '1' } },
  'cgo pie stripped': { flags: ['-tags=withc', '-buildmode=pie', '-ldflags=-s -w'], env: { CGO_ENABLED: '1' } },
  race: { flags: ['-race'], env: { CGO_ENABLED: '1' } },
  'classic maps': { env: { GOEXPERIMENT: 'noswissmap' } },
};

const hasCompiler = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'gcc')));

/** Why this machine or this Go cannot build the variant. */
function whyNot(root: string, { flags = [], env = {} }: Variant): string | undefined {
  if (env['GOEXPERIMENT'] !== undefined && !/go-1\.2[45]$/.test(root)) return 'only Go 1.24 and 1.25 have both maps';
  if (env['CGO_ENABLED'] === '1' && !hasCompiler) return 'no gcc';
  // The detector's own runtime takes half a minute to compile: once is enough (all versions were looked at).
  if (flags.includes('-race') && root !== toolchains.at(-1)) return 'race is checked with the last Go of the list';
  const detector = globSync(join(root, 'src/runtime/race/{,internal/amd64v1/}race_linux*.syso'));
  return flags.includes('-race') && detector.length === 0 ? 'no race detector in this Go' : undefined;
}

function build(root: string, program: string, variant: Variant): { path: string; binary: GoBinary } {
  const path = buildGo({ root, program, ...variant });
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
  const lines = runGo(root, ['tool', 'nm', '-size', '-sort', 'address', path]).split('\n');
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

test.skipIf(toolchains.length > 0)('Go programs', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

describe.each(toolchains)('programs of %s', (root) => {
  const version = runGo(root, ['env', 'GOVERSION']).trim();

  test.for(Object.entries(VARIANTS))('%s: frames equal those of the runtime itself', ([, variant], { skip }) => {
    const reason = whyNot(root, variant);
    if (reason !== undefined) skip(reason);
    const { path, binary } = build(root, 'frames', variant);
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

  test.each(['default', 'pie'])('%s: the function table is that of go tool nm', (name) => {
    const variant = VARIANTS[name]!;
    const { path, binary } = build(root, 'frames', variant);
    const symbols = nm(root, path);
    expect(symbols.length).toBeGreaterThan(1000);
    const wrong = symbols.filter(({ name, address, size }) => {
      const fn = binary.functionAt(address);
      return fn === undefined || plain(fn.name) !== name || fn.entry !== address || fn.size < size;
    });
    expect(wrong).toEqual([]);
    const stripped = build(root, 'frames', { flags: [...(variant.flags ?? []), '-ldflags=-s -w'] }).binary;
    expect(stripped.functionCount).toBe(binary.functionCount);
    expect(stripped.lookup('main.(*Cache).Get')?.entry).toBe(binary.lookup('main.(*Cache).Get')?.entry);
  });

  test.each<[string, Variant]>([
    ['default', {}],
    ['pie', { flags: ['-buildmode=pie'] }],
    ['arm64', { env: { GOARCH: 'arm64', CGO_ENABLED: '0' } }],
    ['arm64 pie', { flags: ['-buildmode=pie'], env: { GOARCH: 'arm64', CGO_ENABLED: '0' } }],
  ])('%s: functions are those of go tool nm, lines those of go tool addr2line', (_, variant) => {
    const { path, binary } = build(root, 'frames', variant);
    const symbols = nm(root, path);
    expect(symbols.filter(({ name, address }) => plain(binary.functionAt(address)?.name ?? '') !== name)).toEqual([]);
    const step = binary.arch === 'arm64' ? 4 : 1;
    const addresses = symbols.flatMap(({ address, size }) => [
      address,
      address + step * Math.floor(size / step / 2),
      address + size - step,
    ]);
    const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
    const lines = runGo(root, ['tool', 'addr2line', path], { input }).split('\n');
    const differences = addresses.flatMap((address, index) => {
      const frames = binary.frames(address);
      const ours = [plain(frames.at(-1)!.function), `${frames[0]!.file}:${frames[0]!.line}`];
      const theirs = [plain(lines[index * 2]!), lines[index * 2 + 1]!];
      return ours.join() === theirs.join() || /^\??:0$/.test(theirs[1]!) ? [] : [{ address, ours, theirs }];
    });
    expect(differences).toEqual([]);
  });

  test('of two functions with one name the body is found, not the wrapper', () => {
    const { path, binary } = build(root, 'frames', {});
    const symbols = nm(root, path);
    const twice = symbols.filter(({ name }) => name === 'runtime.goexit1');
    expect(binary.lookup('runtime.goexit1')!.entry).toBe(twice.toSorted((a, b) => b.size - a.size)[0]!.address);
  });
});
