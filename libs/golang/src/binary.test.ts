import { MapscopeError } from '@mapscope/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoBinary } from './binary.ts';
import { encodeUtf8 } from './elf/utf8.ts';

/**
 * A program of two functions, small enough to read here and complete enough to be read: no section headers, so that
 * everything is found by search.
 *
 *   0x0000 ELF header, program headers   0x0200 code        0x0800 inline tree    ─ segment 1, r-x, at 0x400000
 *   0x0100 note with the build id        0x0300 pclntab                           ─ segment 2, rw-, at 0x501000
 *   0x1000 build info                    0x1100 module data      0x1300 version string header
 */
const TEXT = 0x400200;
const DATA = 0x501000;
const NAMES = ['', 'main.outer', 'main.inner', 'main.größe'];
const nameOffsets = NAMES.map((_, index) =>
  NAMES.slice(0, index).reduce((sum, name) => sum + utf8(name).length + 1, 0),
);

function utf8(text: string): number[] {
  return Array.from(encodeUtf8(text));
}

interface Shape {
  readonly version?: string | undefined;
  readonly versionString?: string;
  readonly buildId?: string;
  readonly text?: number;
  readonly machine?: number;
}

function program(shape: Shape = {}): Uint8Array {
  const bytes = new Uint8Array(0x1400);
  const data = new DataView(bytes.buffer);
  const put = (at: number, values: readonly number[]): void => bytes.set(values, at);
  const u32s = (at: number, ...values: number[]): void =>
    values.forEach((v, i) => data.setUint32(at + i * 4, v >>> 0, true));
  const u64s = (at: number, ...values: number[]): void =>
    values.forEach((v, i) => data.setBigUint64(at + i * 8, BigInt(v), true));
  put(0, [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  data.setUint16(16, 2, true);
  data.setUint16(18, shape.machine ?? 62, true);
  u64s(32, 64);
  data.setUint16(54, 56, true);
  data.setUint16(56, 3, true);
  const segment = (
    index: number,
    [type, flags, offset, vaddr, size]: readonly [number, number, number, number, number],
  ): void => {
    u32s(64 + index * 56, type, flags);
    u64s(64 + index * 56 + 8, offset, vaddr, vaddr, size, size);
  };
  const buildId = utf8(shape.buildId ?? 'first/second');
  segment(0, [1, 5, 0, 0x400000, 0x1000]);
  segment(1, [1, 6, 0x1000, DATA, 0x400]);
  segment(2, [4, 4, 0x100, 0x400100, 16 + Math.ceil(buildId.length / 4) * 4]);
  u32s(0x100, 4, buildId.length, 4);
  put(0x10c, [...utf8('Go'), 0, 0, ...buildId]);
  put(0x200, [0x55, 0x90, 0xc3]);

  // pclntab: names at +0x50, cutab +0xa0, files +0xb0, pcs +0xd0, functions +0x100
  const table = 0x300;
  u32s(table, 0xfffffff1, 0x08010000);
  u64s(table + 8, 2, 1, 0, 0x50, 0xa0, 0xb0, 0xd0, 0x100);
  put(
    table + 0x50,
    NAMES.flatMap((name) => [...utf8(name), 0]),
  );
  u32s(table + 0xa0, 0);
  put(table + 0xb0, [...utf8('main.go'), 0]);
  // from entry: file 0 (Δ+1) for 64; lines 10 for 4, 33 for 4, 12 for 56; inline index none for 4, 0 for 4, none for 56
  put(table + 0xd0, [0, 2, 64, 0, 22, 4, 46, 4, 41, 56, 0, 0, 0, 4, 2, 4, 1, 56, 0]);
  u32s(table + 0x100, 0, 0x20, 0x20, 0x70, 0x40);
  u32s(table + 0x120, 0, nameOffsets[1]!, 0, 0, 0, 1, 4, 3, 0, 9, 0x04000000, 0, 0, 12, 0, 0, 0, 0);
  u32s(table + 0x170, 0x20, nameOffsets[3]!, 0, 0, 0, 1, 4, 0, 0, 40, 0);
  u32s(0x800, 0, nameOffsets[2]!, 0, 30);

  if (shape.version !== undefined) {
    put(0x1000, [0xff, ...utf8(' Go buildinf:'), 8, 2]);
    put(0x1020, [shape.version.length, ...utf8(shape.version), 0]);
  }
  const module = 0x1100;
  u64s(module, 0x400300, 0x400350);
  u64s(module + 128, 0x400400, 3);
  const text = shape.text ?? TEXT;
  u64s(module + 160, text, text + 0x40, text, text + 0x40);
  u64s(module + 320, 0x400800);
  put(0x900, utf8(shape.versionString ?? ''));
  u64s(0x1300, 0x400900, (shape.versionString ?? '').length);
  return bytes;
}

const go124 = (): Uint8Array => program({ version: 'go1.24.4' });
const failure = (bytes: Uint8Array): MapscopeError => {
  try {
    readGoBinary(bytes);
  } catch (error) {
    if (error instanceof MapscopeError) return error;
    throw error;
  }
  throw new Error('read without complaint');
};

describe('a program with everything in its place', () => {
  test('gives its version, build id, segments and functions', () => {
    const binary = readGoBinary(go124());
    expect(binary).toMatchObject({ arch: 'amd64', pie: false, buildId: 'first/second', functionCount: 2 });
    expect(binary.goVersion).toEqual({ text: 'go1.24.4', major: 1, minor: 24, patch: 4 });
    expect(binary.loadSegments[0]).toEqual({ vaddr: 0x400000, fileOffset: 0, size: 0x1000, executable: true });
    expect(binary.lookup('main.outer')).toEqual({ name: 'main.outer', entry: TEXT, size: 0x20 });
    expect(binary.lookup('main.größe')).toEqual({ name: 'main.größe', entry: TEXT + 0x20, size: 0x20 });
    expect(binary.lookup('main.absent')).toBeUndefined();
    expect(binary.fileOffset(TEXT)).toBe(0x200);
    expect(Array.from(binary.code(binary.lookup('main.outer')!).subarray(0, 3))).toEqual([0x55, 0x90, 0xc3]);
  });

  test('expands an inlined call into the callee at its line and the caller at the line of the call', () => {
    const binary = readGoBinary(go124());
    expect(binary.frames(TEXT + 3)).toEqual([{ function: 'main.outer', file: 'main.go', line: 10 }]);
    expect(binary.frames(TEXT + 5)).toEqual([
      { function: 'main.inner', file: 'main.go', line: 33 },
      { function: 'main.outer', file: 'main.go', line: 10 },
    ]);
    expect(binary.frames(TEXT + 9)).toEqual([{ function: 'main.outer', file: 'main.go', line: 12 }]);
    expect(binary.frames(TEXT + 0x40)).toEqual([]);
  });

  test('without build information, its version is the one that a string header refers to', () => {
    expect(readGoBinary(program({ versionString: 'go1.26.5' })).goVersion.minor).toBe(26);
  });

  test('without build information, two versions that string headers refer to are refused, not guessed', () => {
    const bytes = program({ versionString: 'go1.26.5' });
    bytes.copyWithin(0x1310, 0x1300, 0x1310);
    bytes[0x1318] = 'go1.26'.length;
    expect(failure(bytes)).toMatchObject({ code: 'TARGET_UNSUPPORTED', facts: { found: 'go1.26, go1.26.5' } });
  });

  test('without build id, it is named by a hash that changes with its functions', () => {
    const { buildId } = readGoBinary(program({ version: 'go1.24.4', buildId: '' }));
    expect(buildId).toMatch(/^pclntab-fnv1a-[0-9a-f]{16}$/);
  });
});

describe('what is refused', () => {
  test.each([
    ['an empty file', []],
    ['a script', utf8('#!/bin/sh')],
    ['a text', utf8('hello')],
    ['a Windows program', utf8('MZ')],
    ['a 32-bit program', [0x7f, 0x45, 0x4c, 0x46, 1, 1]],
  ])('%s is TARGET_NOT_GO with the mend', (_, content) => {
    expect(failure(Uint8Array.from(content))).toMatchObject({ code: 'TARGET_NOT_GO' });
    expect(failure(Uint8Array.from(content)).message).toContain('give the path of a Go program');
  });

  test('an ELF program without function table is TARGET_NOT_GO', () => {
    const bytes = program();
    bytes.fill(0, 0x300, 0x308);
    expect(failure(bytes)).toMatchObject({ code: 'TARGET_NOT_GO' });
  });

  test.each<[string, Shape]>([
    ['a Go that is too old', { version: 'go1.18.10' }],
    ['a Go that is too new', { version: 'go1.28.0' }],
    ['a Go whose function table has another form', { version: 'go1.19.8' }],
    ['another machine', { version: 'go1.24.4', machine: 243 }],
    ['a start of code that the module data contradicts', { version: 'go1.24.4', text: 0x400210 }],
  ])('%s is TARGET_UNSUPPORTED', (_, shape) => {
    const bytes = program(shape);
    if (shape.text !== undefined) new DataView(bytes.buffer).setUint32(0x1100 + 160, TEXT, true);
    expect(failure(bytes)).toMatchObject({ code: 'TARGET_UNSUPPORTED' });
  });

  test('a file cut off anywhere is BINARY_MALFORMED or unsupported, with words', () => {
    const whole = go124();
    for (let size = 6; size < whole.length; size += 7) {
      expect(['BINARY_MALFORMED', 'TARGET_NOT_GO', 'TARGET_UNSUPPORTED']).toContain(failure(whole.slice(0, size)).code);
    }
  });

  test('no damage to any byte ends in anything but an answer or a MapscopeError', () => {
    const whole = go124();
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const binary = readGoBinary(bytes);
          binary.lookup('main.outer');
          for (let at = 0; at < 0x40; at++) binary.frames(TEXT + at);
        } catch (error) {
          expect(error).toBeInstanceOf(MapscopeError);
        }
      }),
      { numRuns: 3000, interruptAfterTimeLimit: 5000 },
    );
  });
});
