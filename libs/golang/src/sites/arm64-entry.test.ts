import { expect, test } from 'vitest';
import { costlyEntrySite, findEntrySite } from './entry-site.ts';
import type { CodeSource } from './site.ts';

const fn = { name: 'main.f', entry: 0x11000, size: 64 };
function source(words: readonly number[]): CodeSource {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  return { arch: 'arm64', code: () => bytes, fileOffset: (address) => address - 0x10000 };
}

const LDR_GUARD = 0xf9400b90; // ldr x16,[x28,#16]
const LDR_GUARD1 = 0xf9400f90; // ldr x16,[x28,#24]
const CMP = 0xeb3063ff; // cmp sp,x16
const SUB = 0xd10243f1; // sub x17,sp,#0x90
const CMP17 = 0xeb10023f; // cmp x17,x16
const BLS = 0x540001a9; // b.ls +52
const BLO = 0x540001c3; // b.lo +56
const STR = 0xf81e0ffe; // str x30,[sp,#-32]!
const RET = 0xd65f03c0;
const RESTART = (words: number): number => (0x14000000 | (-words & 0x3ffffff)) >>> 0;

test.each([
  ['a small frame', [LDR_GUARD, CMP, BLS, STR, RET, RESTART(5)], 8],
  ['a large frame', [LDR_GUARD, SUB, CMP17, BLS, STR, RET, RESTART(6)], 12],
  // mov x27,#0x10080 (two words); subs x17,sp,x27; b.lo; cmp; b.ls
  ['a huge frame', [LDR_GUARD, 0xd280101b, 0xf2a0003b, 0xeb3b63f1, BLO, CMP17, BLS, STR, RET], 24],
  ['the system stack', [LDR_GUARD1, CMP, BLS, STR, RET], 8],
])('arm64: the branch of the stack check of %s', (_, words, offset) => {
  const site = { fileOffset: 0x1000 + offset, offset, instruction: 'branch', reentrant: true };
  expect(findEntrySite(source(words), fn)).toEqual(site);
  expect(() => costlyEntrySite(source(words), fn)).toThrow('use findEntrySite');
});

test('arm64: without stack check, a first instruction that is executed in software', () => {
  expect(findEntrySite(source([0xb4000040, RET, RET]), fn)).toMatchObject({ offset: 0, instruction: 'branch' }); // cbz x0
  expect(findEntrySite(source([0x14001000]), fn)).toMatchObject({ offset: 0, instruction: 'other', reentrant: false });
});

test.each<[string, number[], string]>([
  ['a nosplit function', [STR, RET], 'no stack check (nosplit)'],
  // mov x0,x1 between
  ['a check with something between', [LDR_GUARD, 0xaa0103e0, CMP, BLS, RET], '+0x4 is no part of a stack check'],
  ['a load between', [LDR_GUARD, 0xf9400411, CMP, BLS, RET], '+0x4 is no part of a stack check'],
  ['a loop back into the check', [LDR_GUARD, CMP, BLS, STR, RESTART(3)], 'a loop at +0x10'],
  ['a function that is a loop', [0xb4000020, RESTART(1)], 'a loop at +0x4'],
])('arm64: refused is %s', (_, words, reason) => {
  expect(() => findEntrySite(source(words), fn)).toThrow(expect.objectContaining({ code: 'PROBE_REFUSED' }));
  expect(() => findEntrySite(source(words), fn)).toThrow(reason);
});

test('arm64: the costly site is the first instruction, unless the kernel rejects it', () => {
  expect(costlyEntrySite(source([STR, RET]), fn)).toMatchObject({ offset: 0, fileOffset: 0x1000 });
  expect(() => costlyEntrySite(source([0x58000060, RET]), fn)).toThrow('literal or exclusive load');
  expect(() => costlyEntrySite(source([0xc85f7c20, RET]), fn)).toThrow('literal or exclusive load'); // ldxr
});
