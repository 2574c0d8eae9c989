import { expect, test } from 'vitest';
import { costlyEntrySite, findEntrySite } from './entry-site.ts';
import type { CodeSource } from './site.ts';

const ENTRY = 0x401000;

/** A program that is one function: hex of its code, blanks and comments between parts allowed. */
function source(hex: string, arch: CodeSource['arch'] = 'amd64'): CodeSource {
  const bytes = Uint8Array.from(hex.replaceAll(/[^0-9a-f]/g, '').match(/../g) ?? [], (byte) => parseInt(byte, 16));
  return { arch, code: () => bytes, fileOffset: (address) => address - 0x400000 };
}
const fn = { name: 'main.f', entry: ENTRY, size: 64 };

const CMP = '49 3b 66 10'; // cmp 16(%r14),%rsp
const JBE = '76 20'; // jbe +0x20
const PUSH_BP = '55';
const BODY = '48 89 e5 48 83 ec 10 48 83 c4 10 5d c3'; // mov %rsp,%rbp; sub; add; pop %rbp; ret

test.each([
  ['Go ≥ 1.21: the push behind the stack check', [CMP, JBE, PUSH_BP, BODY], 6, 'push', false],
  ['a near branch', [CMP, '0f 86 20 00 00 00', PUSH_BP, BODY], 10, 'push', false],
  ['a large frame', ['4c 8d a4 24 78 ff ff ff', '4d 3b 66 10', JBE, PUSH_BP, BODY], 14, 'push', false],
  ['a huge frame', ['49 89 e4', '49 81 ec 00 00 01 00', '72 20', '4d 3b 66 10', JBE, PUSH_BP, BODY], 18, 'push', false],
  ['a function on the system stack (stackguard1)', ['49 3b 66 18', JBE, PUSH_BP, BODY], 6, 'push', false],
  ['Go ≤ 1.20: the branch, which may come again', [CMP, JBE, BODY], 4, 'branch', true],
  ['no stack check, Go ≥ 1.21: the push', [PUSH_BP, BODY], 0, 'push', false],
  // runtime.releaseSudog of Go 1.19: sub; mov %rbp; lea; cmpq $0,24(%rax); jne
  [
    'no stack check, Go 1.19',
    ['48 83 ec 18 48 89 6c 24 10 48 8d 6c 24 10 48 83 78 18 00', '75 10', 'c3'],
    19,
    'branch',
    false,
  ],
  ['push of a high register', ['41 57', BODY], 0, 'push', false],
  ['a jump to another function', ['e9 00 10 00 00'], 0, 'other', false],
  ['a one-byte nop', ['90', BODY], 0, 'other', false],
])('%s', (_, code, offset, instruction, reentrant) => {
  expect(findEntrySite(source(code.join(' ')), fn)).toEqual({
    fileOffset: 0x1000 + offset,
    offset,
    instruction,
    reentrant,
  });
});

test.each([
  ['an argument is overwritten', '48 31 c0 75 10 c3', 'RAX no longer hold'],
  ['half of an argument is overwritten', '31 db 75 10 c3', 'RBX no longer hold'],
  ['g is overwritten', '4d 31 f6 75 10 c3', 'R14 no longer hold'],
  ['the function returns first', '48 83 ec 18 c3', 'it leaves at +0x4'],
  ['the function jumps through a register first', 'ff e2', 'it leaves at +0x0'],
  ['nothing can be emulated', '48 83 ec 18', 'no instruction that the kernel can emulate'],
  ['a long nop is all there is', '0f 1f 44 00 00 c3', 'it leaves at +0x5'],
  ['a branch has an operand size prefix', '66 e8 00 00 00 00 c3', 'it leaves at'],
  ['a loop comes back', '48 83 3a 00 75 fa c3', 'a loop at +0x4'],
  ['the loop starts behind the stack check', `${CMP} ${JBE} 55 75 fd c3`, 'a loop at +0x7'],
])('a probe is refused where %s', (_, code, reason) => {
  expect(() => findEntrySite(source(code), fn)).toThrow(expect.objectContaining({ code: 'PROBE_REFUSED' }));
  expect(() => findEntrySite(source(code), fn)).toThrow(reason);
  expect(() => findEntrySite(source(code), fn)).toThrow('main.f');
});

test('the restart after morestack is no loop', () => {
  // …; 0x26: call morestack; jmp 0
  const code = `${CMP} ${JBE} 55 ${BODY} ${'cc '.repeat(0x12)} e8 00 00 00 00 eb d3`;
  expect(findEntrySite(source(code), fn)).toMatchObject({ offset: 6, instruction: 'push' });
});

test('the costly site is the first instruction, only where no stack check can run it twice', () => {
  expect(costlyEntrySite(source(`48 83 ec 18 ${BODY}`), fn)).toMatchObject({ offset: 0, fileOffset: 0x1000 });
  expect(() => costlyEntrySite(source(`${CMP} ${JBE} ${BODY}`), fn)).toThrow('use findEntrySite');
});
