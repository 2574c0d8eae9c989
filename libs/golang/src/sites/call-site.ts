/**
 * The instructions by which one function calls another directly. Registers are set up for the callee, the stack is the
 * caller's, and the kernel executes the call itself instead of single-stepping it (amd64: arch/x86/kernel/uprobes.c,
 * branch_setup_xol_ops; arm64: arch/arm64/kernel/probes/simulate-insn.c, simulate_b_bl). So a function that many call
 * can be probed for the calls of one caller only.
 */
import type { GoFunction } from '../pclntab/function-table.ts';
import { arm64Code, kindOf, targetOf } from './arm64-code.ts';
import { decodeInstructions } from './instructions.ts';
import { hex, refused } from './refusal.ts';
import type { CallSite, CodeSource } from './site.ts';

/** PROBE_REFUSED where there is no such call, or where the caller's bytes are not all instructions. */
export function findCallSites(binary: CodeSource, caller: GoFunction, callee: GoFunction): readonly CallSite[] {
  const code = binary.code(caller);
  const target = callee.entry - caller.entry;
  const calls = binary.arch === 'amd64' ? amd64Calls(code, caller, target) : arm64Calls(code, target);
  if (calls.length === 0) throw refused(caller, `it does not call ${callee.name} directly`);
  const entry = binary.fileOffset(caller.entry);
  if (entry === undefined) throw refused(caller, 'its code is not in the file');
  return calls.map((offset) => ({ fileOffset: entry + offset, offset }));
}

function amd64Calls(code: Uint8Array, caller: GoFunction, target: number): readonly number[] {
  const instructions = decodeInstructions(code, caller.entry);
  const bad = instructions.find(({ kind }) => kind === 'invalid');
  if (bad !== undefined)
    throw refused(caller, `the bytes at ${hex(bad.offset)} are no instruction known here, so a call may be missed`);
  return instructions
    .filter((instruction) => instruction.kind === 'call' && instruction.emulated && instruction.target === target)
    .map(({ offset }) => offset);
}

function arm64Calls(code: Uint8Array, target: number): readonly number[] {
  const { words, literals } = arm64Code(code);
  return words.flatMap((word, index) => {
    const isCall = !literals.has(index) && kindOf(word) === 'call' && targetOf(word, index * 4) === target;
    return isCall ? [index * 4] : [];
  });
}
