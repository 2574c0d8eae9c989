/**
 * Probe sites in real programs of every Go toolchain at hand (testdata/toolchains.ts): every instruction found is of the
 * kind claimed, by its bytes; every function that the probes need has a site; returns are those of Go's disassembler.
 */
import { readFileSync } from 'node:fs';
import { MapscopeError } from '@mapscope/events';
import { describe, expect, test } from 'vitest';
import { buildGo, runGo, toolchains } from '../../testdata/toolchains.ts';
import { costlyEntrySite, findCallSites, findEntrySite, findReturnSites, readGoBinary } from '../index.ts';
import type { Arch, EntrySite, GoBinary, GoFunction } from '../index.ts';

const ARCHS: readonly Arch[] = ['amd64', 'arm64'];

/** What the probes of libs/probe need a cheap site on (those with two names moved between Go versions). */
const HOOKS = [
  ['runtime.(*semaRoot).queue'],
  ['runtime.readyWithTime'],
  ['runtime.newproc1'],
  ['runtime.goexit1'],
  ['runtime.gopanic'],
  ['runtime.semacquire1'],
  ['runtime.semrelease1'],
  ['runtime.gopark'],
  ['runtime.ready'],
  ['runtime.execute'],
  ['runtime.gcStart'],
  ['runtime.gcMarkTermination'],
  ['runtime.mapassign'],
  ['runtime.mapassign_faststr'],
  ['runtime.mapaccess2_faststr'],
  ['internal/runtime/maps.(*Map).Delete', 'runtime.mapdelete'],
  ['sync.(*Mutex).lockSlow', 'internal/sync.(*Mutex).lockSlow'],
  ['net/http.serverHandler.ServeHTTP'],
  ['net/http.(*response).finishRequest'],
  ['net/http.(*conn).readRequest'],
  ['net/textproto.canonicalMIMEHeaderKey'],
];
/** Without stack check, so only on amd64. */
const NOSPLIT_HOOKS = ['runtime.casgstatus', 'runtime.runqput', 'runtime.releaseSudog'];

/** Caller and callee, where the probes want only the calls of the one. */
const CALLS = [
  ['runtime.semrelease1', 'runtime.readyWithTime'],
  ['runtime.semacquire1', 'runtime.releaseSudog'],
] as const;

function program(root: string, arch: Arch): { path: string; binary: GoBinary; bytes: Uint8Array } {
  const path = buildGo({
    root,
    program: 'offsets',
    env: arch === 'amd64' ? {} : { GOARCH: arch, CGO_ENABLED: '0' },
  });
  const bytes = readFileSync(path);
  return { path, binary: readGoBinary(bytes), bytes };
}

/** VEX and EVEX prefixes: Go's disassembler knows no AVX and falls out of step with the code. */
const AVX = /^(c4|c5|62)/;

/** The listing of `go tool objdump`: function entry → addresses of RET; without amd64 functions that use AVX. */
function disassembledReturns(root: string, path: string, arch: Arch): ReadonlyMap<number, readonly number[]> {
  const listing = runGo(root, [
    'tool',
    'objdump',
    '-s',
    String.raw`^(runtime|sync|internal/sync|net/http|strings)\.`,
    path,
  ]);
  const found = new Map<number, readonly number[]>();
  for (const block of listing.split('\nTEXT ')) {
    const lines = block.split('\n').map((line) => /\t0x([0-9a-f]+)\t+([0-9a-f]+)\t+(.*?)\t*$/.exec(line));
    const instructions = lines.filter((match) => match !== null);
    const outOfStep =
      arch === 'amd64' && instructions.some(([, , code = '', text = '']) => AVX.test(code) || text.startsWith('?'));
    if (instructions.length === 0 || outOfStep) continue;
    const returns = instructions
      .filter(([, , , text = '']) => /^RET\b/.test(text))
      .map(([, at = '']) => parseInt(at, 16));
    found.set(parseInt(instructions[0]![1]!, 16), returns);
  }
  return found;
}

function unlessRefused<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof MapscopeError && error.code === 'PROBE_REFUSED') return undefined;
    throw error;
  }
}

/** By the opcode alone: not the code under test. */
function isOfItsKind(bytes: Uint8Array, { fileOffset, instruction }: EntrySite, arch: Arch): boolean {
  const [first = 0, second = 0, , fourth = 0] = bytes.subarray(fileOffset, fileOffset + 4);
  if (arch === 'arm64') {
    const isConditional = fourth === 0x54 || [0x34, 0x35, 0x36, 0x37, 0xb4, 0xb5, 0xb6, 0xb7].includes(fourth);
    return instruction === 'branch' ? isConditional : (fourth & 0xfc) === 0x14 || (fourth & 0x1f) === 0x10;
  }
  const kinds = {
    push: (first & 0xf8) === 0x50 || (first === 0x41 && (second & 0xf8) === 0x50),
    branch: (first & 0xf0) === 0x70 || (first === 0x0f && (second & 0xf0) === 0x80),
    other: [0xe8, 0xe9, 0xeb, 0x90].includes(first),
  };
  return kinds[instruction];
}

function hook(binary: GoBinary, names: readonly string[]): GoFunction {
  return names.map((name) => binary.lookup(name)).find((fn) => fn !== undefined)!;
}

test.skipIf(toolchains.length > 0)('sites in Go programs', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

describe.each(toolchains)('programs of %s', (root) => {
  test.each(ARCHS)('%s: returns are those of go tool objdump, entry sites instructions of their kind', (arch) => {
    const { path, binary, bytes } = program(root, arch);
    const theirs = disassembledReturns(root, path, arch);
    expect(theirs.size).toBeGreaterThan(1500);
    let [sites, returns] = [0, 0];
    for (const [entry, addresses] of theirs) {
      const fn = binary.functionAt(entry)!;
      const site = unlessRefused(() => findEntrySite(binary, fn));
      const found = unlessRefused(() => findReturnSites(binary, fn));
      if (site !== undefined) expect(isOfItsKind(bytes, site, arch), `${fn.name}+${site.offset}`).toBe(true);
      if (found !== undefined)
        expect([fn.name, ...found.map(({ offset }) => entry + offset)]).toEqual([fn.name, ...addresses]);
      sites += site === undefined ? 0 : 1;
      returns += found === undefined ? 0 : 1;
    }
    expect(sites).toBeGreaterThan(theirs.size * (arch === 'amd64' ? 0.75 : 0.6));
    expect(returns).toBeGreaterThan(theirs.size * 0.9);
  });

  test.each(ARCHS)('%s: every function that the probes need has a cheap site', (arch) => {
    const { binary } = program(root, arch);
    for (const names of HOOKS) {
      const site = findEntrySite(binary, hook(binary, names));
      expect(site.offset, names[0]).toBeLessThan(32);
      expect(site.reentrant, names[0]).toBe(arch === 'arm64' || binary.goVersion.minor < 21);
    }
    const nosplit = NOSPLIT_HOOKS.map((name) => binary.lookup(name)!);
    for (const fn of nosplit) {
      if (arch === 'amd64') expect(findEntrySite(binary, fn).offset, fn.name).toBeLessThan(40);
    }
    expect(costlyEntrySite(binary, binary.lookup('runtime.fatal')!).offset).toBe(0);
  });

  test.each(ARCHS)('%s: the calls that the probes need are call instructions', (arch) => {
    const { binary, bytes } = program(root, arch);
    for (const [caller, callee] of CALLS) {
      const sites = findCallSites(binary, binary.lookup(caller)!, binary.lookup(callee)!);
      expect(sites.length).toBeGreaterThan(0);
      for (const { fileOffset } of sites) {
        const [first = 0, , , fourth = 0] = bytes.subarray(fileOffset, fileOffset + 4);
        expect(arch === 'amd64' ? first === 0xe8 : (fourth & 0xfc) === 0x94, caller).toBe(true);
      }
    }
  });

  test('arm64: a function without stack check is refused with the reason', () => {
    const { binary } = program(root, 'arm64');
    expect(() => findEntrySite(binary, binary.lookup('runtime.casgstatus')!)).toThrow('no stack check (nosplit)');
  });
});
