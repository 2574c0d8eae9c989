/**
 * The cheap site on arm64 is the branch of the stack check, which the kernel executes in software
 * (arch/arm64/kernel/probes/decode-insn.c, arm_probe_decode_insn: b.cond, cbz, tbz, b, bl, br, blr, ret, adr, adrp).
 *
 *   small frame                      large frame                       huge frame
 *     ldr  x16,[x28,#16]               ldr  x16,[x28,#16]                ldr  x16,[x28,#16]
 *     cmp  sp,x16                      sub  x17,sp,#0x90                 mov  x27,#0x10080
 *   ► b.ls morestack                   cmp  x17,x16                      subs x17,sp,x27
 *     str  x30,[sp,#-32]!            ► b.ls morestack                    b.lo morestack
 *                                                                        cmp  x17,x16
 *   (cmd/internal/obj/arm64/obj7.go stacksplit; #24 on the system stack) ► b.ls morestack
 *
 * Nothing behind the check is executed in software, so a function without check has no cheap site.
 */
import type { GoFunction } from '../pclntab/function-table.ts';
import { arm64Code, isBranchLowerOrSame, isExclusive, isLiteralLoad, kindOf, targetOf } from './arm64-code.ts';
import { hex, refused } from './refusal.ts';
import type { SiteChoice } from './site.ts';

/** ldr x16,[x28,#16] and #24: stackguard0 and stackguard1 of g, which is R28 */
const LOADS_STACK_GUARD: readonly number[] = [0xf9400b90, 0xf9400f90];
/** The set-up of a huge frame has six instructions. */
const MAX_CHECK_WORDS = 12;
/** What the set-up writes: x16, x17, x27 (REGTMP), and 31 (the flags of a comparison). Arguments are R0–R15. */
const SCRATCH: readonly number[] = [16, 17, 27, 31];

export function arm64EntrySite(code: Uint8Array, fn: GoFunction): SiteChoice {
  const { words } = arm64Code(code);
  const check = stackCheckIndex(words);
  if (check === undefined) return firstInstructionSite(words, fn);
  const changed = words.slice(1, check).findIndex((word) => !isCheckSetUp(word));
  if (changed >= 0) throw refused(fn, `${hex((changed + 1) * 4)} is no part of a stack check known here`);
  requireNoLoop(words, check * 4, 1, fn);
  return { offset: check * 4, instruction: 'branch', reentrant: true };
}

export function arm64HasStackCheck(code: Uint8Array): boolean {
  return stackCheckIndex(arm64Code(code).words) !== undefined;
}

/** The kernel refuses to step over these: they would not do the same at another address or with a trap between. */
export function requireSteppable(code: Uint8Array, fn: GoFunction): void {
  const [first] = arm64Code(code).words;
  if (first === undefined || isLiteralLoad(first) || isExclusive(first))
    throw refused(fn, 'it begins with an instruction that the kernel rejects (literal or exclusive load)');
}

function stackCheckIndex(words: readonly number[]): number | undefined {
  if (!LOADS_STACK_GUARD.includes(words[0] ?? 0)) return undefined;
  const index = words.slice(0, MAX_CHECK_WORDS).findIndex(isBranchLowerOrSame);
  return index < 0 ? undefined : index;
}

/** Data processing (immediate: 100 in 28:26, register: 101 in 27:25) into a scratch register, or b.lo. */
function isCheckSetUp(word: number): boolean {
  if (kindOf(word) === 'conditional') return true;
  const isDataProcessing = ((word >>> 26) & 7) === 4 || ((word >>> 25) & 7) === 5;
  return isDataProcessing && SCRATCH.includes(word & 31);
}

function firstInstructionSite(words: readonly number[], fn: GoFunction): SiteChoice {
  const [first] = words;
  const kind = first === undefined ? 'other' : kindOf(first);
  const isCheap = kind === 'conditional' || kind === 'branch' || kind === 'address';
  if (!isCheap)
    throw refused(fn, 'it has no stack check (nosplit), and on arm64 the kernel steps over its first instructions');
  requireNoLoop(words, 0, 0, fn);
  return { offset: 0, instruction: kind === 'conditional' ? 'branch' : 'other', reentrant: false };
}

/** A branch to [lowest, offset] would count one call many times; behind a check the restart at 0 is known. */
function requireNoLoop(words: readonly number[], offset: number, lowest: number, fn: GoFunction): void {
  const loop = words.findIndex((word, index) => {
    const target = kindOf(word) === 'call' ? undefined : targetOf(word, index * 4);
    return target !== undefined && target >= lowest && target <= offset;
  });
  if (loop >= 0) throw refused(fn, `a loop at ${hex(loop * 4)} comes back to the cheap instruction`);
}
