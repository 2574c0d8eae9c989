/**
 * The DWARF of real programs (4 up to Go 1.24, 5 since 1.25; compressed and not) against the tables, and programs of a Go
 * that is not in the tables: the version text of a real one is changed to go1.28.
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildGo, toolchains } from '../../testdata/toolchains.ts';
import { findEntrySite, readGoBinary, structOffsets } from '../index.ts';
import type { GoBinary, Inflate } from '../index.ts';
import { MAGIC_1_20, pclnLayout } from '../pclntab/layout.ts';

const inflate: Inflate = (compressed, sizeBytes) => inflateSync(compressed, { maxOutputLength: sizeBytes });

/** Every "go1.27.4" becomes "go1.28.4": in the build information and where runtime.buildVersion points. */
function asVersion(bytes: Uint8Array, from: string, to: string): Uint8Array {
  expect(to.length).toBe(from.length);
  const changed = Buffer.from(bytes);
  for (let at = changed.indexOf(from); at >= 0; at = changed.indexOf(from, at + 1)) changed.write(to, at);
  return changed;
}

function facts(binary: GoBinary): unknown {
  const handler = binary.lookup('runtime.semacquire1')!;
  const addresses = Array.from({ length: 40 }, (_, index) => handler.entry + index * 8);
  return [addresses.map((address) => binary.frames(address)), findEntrySite(binary, handler), binary.functionCount];
}

test.skipIf(toolchains.length > 0)('DWARF of Go toolchains', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

describe.each(toolchains)('programs of %s', (root) => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['compressed', [], {}],
    ['not compressed', ['-ldflags=-compressdwarf=false'], {}],
    ['arm64', [], { GOARCH: 'arm64', CGO_ENABLED: '0' }],
  ])('%s: offsets are those of the table', (_, flags, env) => {
    const binary = readGoBinary(readFileSync(buildGo({ root, program: 'offsets', flags, env })), { inflate });
    expect(binary.structType('net/http.Request')!.sizeBytes).toBeGreaterThan(200);
    expect(binary.structOffsets()).toEqual(structOffsets(binary.goVersion, binary.arch));
  });

  test('a struct of the program has its fields by place, with their types and without those of others', () => {
    for (const env of [{}, { GOARCH: 'arm64', CGO_ENABLED: '0' }]) {
      const binary = readGoBinary(readFileSync(buildGo({ root, program: 'offsets', flags: [], env })), { inflate });
      const wanted = binary.structType('net/http.Server')!;
      const { sizeBytes, fields } = binary.structLayout('net/http.Server')!;
      expect(sizeBytes).toBe(wanted.sizeBytes);
      expect(new Map(fields.map(({ name, offsetBytes }) => [name, offsetBytes]))).toEqual(wanted.fields);
      expect(fields.map(({ offsetBytes }) => offsetBytes)).toEqual(
        [...wanted.fields.values()].toSorted((a, b) => a - b),
      );
      const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]));
      expect(types).toMatchObject({ mu: 'sync.Mutex', Addr: 'string', ReadTimeout: 'time.Duration' });
      expect(types['listeners']).toBe('map[*net.Listener]struct {}');
      expect(binary.structLayout('main.Nothing')).toBeUndefined();
    }
  });

  test('the sizes and places that pclntab is read with are those of the DWARF', () => {
    const binary = readGoBinary(readFileSync(buildGo({ root, program: 'offsets' })), { inflate });
    const layout = pclnLayout(binary.goVersion);
    const [call, module] = [binary.structType('runtime.inlinedCall')!, binary.structType('runtime.moduledata')!];
    expect(binary.structType('runtime._func')!.sizeBytes).toBe(layout.funcSize);
    expect(call.sizeBytes).toBe(layout.inlinedCallSize);
    expect(call.fields.get(layout.magic === MAGIC_1_20 ? 'nameOff' : 'func_')).toBe(layout.inlinedNameOffset);
    expect(call.fields.get('parentPc')).toBe(layout.inlinedParentPcOffset);
    expect(module.fields.get('gofunc')).toBe(layout.gofuncOffset);
    expect(module.fields.get('types')).toBe(layout.typesOffset);
  });

  test('a version that is not known is read by its DWARF, and refused without', () => {
    const bytes = readFileSync(buildGo({ root, program: 'offsets' }));
    const known = readGoBinary(bytes, { inflate });
    const { minor } = known.goVersion;
    const future = asVersion(bytes, `go1.${minor}.`, 'go1.28.');
    expect(() => readGoBinary(future)).toThrow(expect.objectContaining({ code: 'TARGET_UNSUPPORTED' }));
    if (minor < 21) {
      // Names in symtabinl.go were others: refused, not guessed.
      expect(() => readGoBinary(future, { inflate })).toThrow(expect.objectContaining({ code: 'TARGET_UNSUPPORTED' }));
      return;
    }
    const binary = readGoBinary(future, { inflate });
    expect(binary.goVersion.minor).toBe(28);
    expect(binary.structOffsets().g).toEqual({ ...known.structOffsets().g, labelsHold: 'slice' });
    expect(facts(binary)).toEqual(facts(known));
    const stripped = readFileSync(buildGo({ root, program: 'offsets', flags: ['-ldflags=-s -w'] }));
    expect(() => readGoBinary(asVersion(stripped, `go1.${minor}.`, 'go1.28.'), { inflate })).toThrow(/readable DWARF/);
  });

  test('a program that claims another version than its DWARF shows is refused by the name of a field', () => {
    const bytes = readFileSync(buildGo({ root, program: 'offsets' }));
    const { minor } = readGoBinary(bytes).goVersion;
    if (minor < 21 || minor === 27) return;
    // 1.23 and 1.24 place all fields alike.
    const claim = minor === 23 || minor === 24 ? 'go1.25.' : 'go1.24.';
    const claimed = readGoBinary(asVersion(bytes, `go1.${minor}.`, claim), { inflate });
    expect(() => claimed.structOffsets()).toThrow(/stands .* by the program's DWARF, but .* in go1\.2[45]/);
  });
});
