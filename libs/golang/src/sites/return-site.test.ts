import { expect, test } from 'vitest';
import { findReturnSites } from './return-site.ts';
import type { CodeSource } from './site.ts';

const fn = { name: 'main.f', entry: 0x401000, size: 64 };
function source(bytes: Uint8Array, arch: CodeSource['arch']): CodeSource {
  return { arch, code: () => bytes, fileOffset: (address) => address - 0x400000 };
}
const amd64 = (hex: string): CodeSource =>
  source(
    Uint8Array.from(hex.split(' '), (byte) => parseInt(byte, 16)),
    'amd64',
  );
const arm64 = (...words: readonly number[]): CodeSource =>
  source(new Uint8Array(Uint32Array.from(words).buffer), 'arm64');

const RET = 0xd65f03c0;

test('amd64: returns are found by instruction, not by byte', () => {
  // mov $0xc3,%eax; jne; ret; ret $8
  expect(findReturnSites(amd64('b8 c3 00 00 00 75 01 c3 c2 08 00'), fn)).toEqual([
    { offset: 7, fileOffset: 0x1007 },
    { offset: 8, fileOffset: 0x1008 },
  ]);
});

test('arm64: returns through any register; a constant that looks like one is none', () => {
  // ldr x0,+12; ret; ret x1; the constant, two words
  const sites = findReturnSites(arm64(0x58000060, RET, 0xd65f0020, RET, RET), fn);
  expect(sites.map(({ offset }) => offset)).toEqual([4, 8]);
});

test.each<[string, CodeSource, string]>([
  ['it tail-calls, amd64', amd64('75 01 c3 e9 00 10 00 00'), 'a jump to another function at +0x3'],
  ['it tail-calls by a condition, amd64', amd64('0f 84 00 10 00 00 c3'), 'a jump to another function at +0x0'],
  ['it tail-calls, arm64', arm64(RET, 0x14000400), 'a jump to another function at +0x4'],
  ['it never returns', amd64('0f 0b'), 'no return instruction'],
  ['its bytes are no code', amd64('06 c3'), 'no instruction known here'],
])('refused where %s', (_, binary, reason) => {
  expect(() => findReturnSites(binary, fn)).toThrow(expect.objectContaining({ code: 'PROBE_REFUSED' }));
  expect(() => findReturnSites(binary, fn)).toThrow(reason);
});
