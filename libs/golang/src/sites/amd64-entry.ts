/**
 *   Go ≥ 1.21                        Go ≤ 1.20                       no stack check
 *     cmp  16(%r14),%rsp               cmp  16(%r14),%rsp              sub  $0x18,%rsp
 *     jbe  morestack                 ► jbe  morestack                  mov  %rbp,16(%rsp)
 *   ► push %rbp                        sub  $0x20,%rsp                 cmpq $0,24(%rax)
 *     mov  %rsp,%rbp                   …                             ► jne  …
 */
import { Register } from 'iced-x86';
import type { GoFunction } from '../pclntab/function-table.ts';
import { decodeInstructions, writtenRegisters, type CodeInstruction } from './instructions.ts';
import { hex, refused } from './refusal.ts';
import type { SiteChoice } from './site.ts';

/** Integer arguments in Go's ABIInternal on amd64, and g (src/cmd/compile/abi-internal.md). */
const KEPT: readonly (readonly [string, Register])[] = [
  ['RAX', Register.RAX],
  ['RBX', Register.RBX],
  ['RCX', Register.RCX],
  ['RDI', Register.RDI],
  ['RSI', Register.RSI],
  ['R8', Register.R8],
  ['R9', Register.R9],
  ['R10', Register.R10],
  ['R11', Register.R11],
  ['R14', Register.R14],
];

interface Choice {
  readonly at: CodeInstruction;
  readonly reentrant: boolean;
}

export function amd64EntrySite(code: Uint8Array, fn: GoFunction): SiteChoice {
  const instructions = decodeInstructions(code, fn.entry);
  const { at, reentrant } = stackCheckSite(instructions) ?? straightLineSite(instructions, fn);
  requireArgumentsKept(code.subarray(0, at.offset), fn);
  requireOncePerCall(instructions, at, reentrant, fn);
  const instruction = at.kind === 'push' || at.kind === 'branch' ? at.kind : 'other';
  return { offset: at.offset, instruction, reentrant };
}

export function amd64HasStackCheck(code: Uint8Array, fn: GoFunction): boolean {
  return stackCheckSite(decodeInstructions(code, fn.entry)) !== undefined;
}

/**
 * Before the comparison only its set-up may stand: lea or mov and sub for large frames, and for huge ones the branch on
 * wrap-around (cmd/internal/obj/x86/obj6.go stacksplit).
 */
function stackCheckSite(instructions: readonly CodeInstruction[]): Choice | undefined {
  const compare = instructions.findIndex(({ comparesStackGuard }) => comparesStackGuard);
  const setUp = instructions.slice(0, Math.max(0, compare));
  if (compare < 0 || !setUp.every(({ sequential, kind }) => sequential || kind === 'branch')) return undefined;
  const branch = instructions[compare + 1];
  const next = instructions[compare + 2];
  if (branch?.kind !== 'branch' || setUp.length > 3 || setUp[0]?.emulated === true) return undefined;
  return next?.kind === 'push' && next.emulated ? { at: next, reentrant: false } : { at: branch, reentrant: true };
}

function straightLineSite(instructions: readonly CodeInstruction[], fn: GoFunction): Choice {
  for (const at of instructions) {
    if (at.emulated) return { at, reentrant: false };
    if (!at.sequential)
      throw refused(fn, `it leaves at ${hex(at.offset)} before any instruction that the kernel can emulate`);
  }
  throw refused(fn, 'it has no instruction that the kernel can emulate');
}

function requireArgumentsKept(before: Uint8Array, fn: GoFunction): void {
  const written = writtenRegisters(before, fn.entry);
  const lost = KEPT.filter(([, register]) => written.has(register)).map(([name]) => name);
  if (lost.length > 0)
    throw refused(fn, `${lost.join(', ')} no longer hold the arguments at the first cheap instruction`);
}

/** A loop back to before the site would count one call many times; only the restart after morestack is known. */
function requireOncePerCall(
  instructions: readonly CodeInstruction[],
  { offset, kind }: CodeInstruction,
  reentrant: boolean,
  fn: GoFunction,
): void {
  const restarts = reentrant || (kind === 'push' && offset > 0);
  const loop = instructions.find(
    ({ kind, target }) =>
      (kind === 'branch' || kind === 'jump') &&
      target !== undefined &&
      target <= offset &&
      target >= (restarts ? 1 : 0),
  );
  if (loop !== undefined) throw refused(fn, `a loop at ${hex(loop.offset)} comes back to the cheap instruction`);
}
