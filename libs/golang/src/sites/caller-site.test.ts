import { expect, test } from 'vitest';
import { findCallers } from './caller-site.ts';
import type { ProgramSource } from './caller-site.ts';

const BASE = 0x11000;
const NOP = 0xd503201f;
const RET = 0xd65f03c0;
const BL = (words: number): number => (0x94000000 | (words & 0x3ffffff)) >>> 0;
const B = (words: number): number => (0x14000000 | (words & 0x3ffffff)) >>> 0;
/** ldr x0, +8 bytes: the word there, and the next, are a constant */
const LDR_LITERAL = 0x58000040;

/** main.f at word 0, main.g at 4, main.h at 8; four words each */
function program(words: readonly number[], arch: 'amd64' | 'arm64' = 'arm64'): ProgramSource {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  const entryOf = (address: number): number => BASE + Math.floor((address - BASE) / 16) * 16;
  return {
    arch,
    code: ({ entry, size }) => bytes.subarray(entry - BASE, entry - BASE + size),
    fileOffset: (address) => address - 0x10000,
    functionAt: (address) => ({ name: 'main', entry: entryOf(address), size: 16 }),
    loadSegments: [
      { vaddr: BASE, fileOffset: 0x1000, size: bytes.length, executable: true },
      { vaddr: 0x400000, fileOffset: 0, size: 64, executable: false },
    ],
  };
}
const callee = { name: 'main.f', entry: BASE, size: 16 };
const BODY = [NOP, NOP, NOP, RET];

test('every call and every jump from elsewhere, by file offset', () => {
  const found = findCallers(program([...BODY, NOP, BL(-5), NOP, RET, NOP, NOP, NOP, B(-11)]), callee);
  expect(found).toEqual([
    { fileOffset: 0x1014, offset: 4 },
    { fileOffset: 0x102c, offset: 12 },
  ]);
});

test('neither its own loop nor a constant that reads like a call', () => {
  const found = findCallers(
    program([NOP, B(-1), NOP, RET, LDR_LITERAL, RET, BL(-6), NOP, NOP, BL(-9), NOP, RET]),
    callee,
  );
  expect(found).toEqual([{ fileOffset: 0x1024, offset: 4 }]);
});

test('refused: nothing calls it; a processor whose instructions have no fixed length', () => {
  expect(() => findCallers(program([...BODY, ...BODY]), callee)).toThrow('nothing calls it directly');
  expect(() => findCallers(program(BODY, 'amd64'), callee)).toThrow(expect.objectContaining({ code: 'PROBE_REFUSED' }));
});
