/**
 * Where to put the probe that says "this function was called": as near to the entry as the kernel can execute the
 * probed instruction in software. Single-stepping costs eighteen times as much (9.1 µs against 0.5 µs a hit, measured
 * under nested virtualisation). The argument registers and g (R14) still hold what the caller passed.
 *
 *   Go ≥ 1.21                        Go ≤ 1.20                       no stack check
 *     cmp  16(%r14),%rsp               cmp  16(%r14),%rsp              sub  $0x18,%rsp
 *     jbe  morestack                 ► jbe  morestack                  mov  %rbp,16(%rsp)
 *   ► push %rbp                        sub  $0x20,%rsp                 cmpq $0,24(%rax)
 *     mov  %rsp,%rbp                   …                             ► jne  …
 *
 * The branch of a stack check may fire twice for one call: after runtime.morestack the function starts again.
 */
import { MapscopeError } from '@mapscope/events';
import { Register } from 'iced-x86';
import type { GoBinary } from '../binary.ts';
import type { GoFunction } from '../pclntab/function-table.ts';
import { decodeInstructions, writtenRegisters, type CodeInstruction } from './instructions.ts';

export interface EntrySite {
  readonly fileOffset: number;
  /** from the function's entry */
  readonly offset: number;
  readonly instruction: 'push' | 'branch' | 'other';
  /** a stack-check branch: taken (CF or ZF set) means that the function will start again and hit the site again */
  readonly reentrant: boolean;
}

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

/** The part of a GoBinary that is needed here. */
export type CodeSource = Pick<GoBinary, 'arch' | 'code' | 'fileOffset'>;

export function findEntrySite(binary: CodeSource, fn: GoFunction): EntrySite {
  const code = requireAmd64Code(binary, fn);
  const instructions = decodeInstructions(code, fn.entry);
  const { at, reentrant } = stackCheckSite(instructions) ?? straightLineSite(instructions, fn);
  requireArgumentsKept(code.subarray(0, at.offset), fn);
  requireOncePerCall(instructions, at, reentrant, fn);
  const instruction = at.kind === 'push' || at.kind === 'branch' ? at.kind : 'other';
  return { fileOffset: entryOffset(binary, fn) + at.offset, offset: at.offset, instruction, reentrant };
}

/**
 * The first instruction, single-stepped at 9 µs a hit: only for what happens once, such as runtime.fatal, which Go 1.19
 * gives no cheap site. With a stack check findEntrySite always finds one, and the first instruction may fire twice.
 */
export function costlyEntrySite(binary: CodeSource, fn: GoFunction): EntrySite {
  if (stackCheckSite(decodeInstructions(requireAmd64Code(binary, fn), fn.entry)) !== undefined) {
    throw refused(fn, 'it has a stack check, so its first instruction may run twice for one call: use findEntrySite');
  }
  return { fileOffset: entryOffset(binary, fn), offset: 0, instruction: 'other', reentrant: false };
}

/** Offsets of all RET instructions, from the function's entry. A probe there is single-stepped: use where rare. */
export function returnSites(binary: CodeSource, fn: GoFunction): readonly number[] {
  return decodeInstructions(requireAmd64Code(binary, fn), fn.entry)
    .filter(({ kind }) => kind === 'return')
    .map(({ offset }) => offset);
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
      throw refused(fn, `it leaves at +0x${at.offset.toString(16)} before any instruction that the kernel can emulate`);
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
  if (loop !== undefined)
    throw refused(fn, `a loop at +0x${loop.offset.toString(16)} comes back to the cheap instruction`);
}

function entryOffset(binary: CodeSource, fn: GoFunction): number {
  const offset = binary.fileOffset(fn.entry);
  if (offset === undefined) throw refused(fn, 'its code is not in the file');
  return offset;
}

function requireAmd64Code(binary: CodeSource, fn: GoFunction): Uint8Array {
  if (binary.arch === 'arm64') throw refused(fn, 'arm64 sites are not implemented yet');
  const code = binary.code(fn);
  if (code.length === 0) throw refused(fn, 'it has no code');
  return code;
}

function refused(fn: GoFunction, reason: string): MapscopeError {
  const message = `no probe on ${fn.name}: ${reason}; choose another function for this probe`;
  return new MapscopeError('PROBE_REFUSED', message, { facts: { function: fn.name, reason } });
}
