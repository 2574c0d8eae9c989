/**
 * Every direct call of a function, wherever it stands in the program. On arm64 a function without stack check has no cheap
 * instruction at its entry, but each `bl` that calls it is one (simulate_b_bl, arch/arm64/kernel/probes/simulate-insn.c),
 * and there the arguments are in place already. Calls through pointers pass none of them.
 */
import type { GoBinary } from '../binary.ts';
import type { GoFunction } from '../pclntab/function-table.ts';
import { arm64Code, kindOf, targetOf } from './arm64-code.ts';
import { refused } from './refusal.ts';
import type { CallSite } from './site.ts';

export type ProgramSource = Pick<GoBinary, 'arch' | 'code' | 'fileOffset' | 'functionAt' | 'loadSegments'>;

/** PROBE_REFUSED where there is none, and on amd64, where only a program's whole disassembly would tell. */
export function findCallers(binary: ProgramSource, callee: GoFunction): readonly CallSite[] {
  if (binary.arch !== 'arm64') throw refused(callee, 'its calls are sought on arm64 only');
  const sites = binary.loadSegments
    .filter(({ executable }) => executable)
    .flatMap(({ vaddr, size }) => transfersIn(binary, callee, vaddr, size))
    .flatMap((address) => siteAt(binary, callee, address));
  if (sites.length === 0) throw refused(callee, 'nothing calls it directly');
  return sites;
}

/** Addresses of words that read as a call of it, or a jump to it. */
function transfersIn({ code }: ProgramSource, callee: GoFunction, vaddr: number, size: number): readonly number[] {
  const bytes = code({ name: callee.name, entry: vaddr, size: size & ~3 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const word = view.getUint32(at, true);
    if (isTransfer(word) && targetOf(word, vaddr + at) === callee.entry) found.push(vaddr + at);
  }
  return found;
}

/** None where the word is a constant between functions' instructions, or of the function itself, which goes on in a loop. */
function siteAt(binary: ProgramSource, callee: GoFunction, address: number): readonly CallSite[] {
  const caller = binary.functionAt(address);
  if (caller === undefined || caller.entry === callee.entry) return [];
  const offset = address - caller.entry;
  const fileOffset = binary.fileOffset(address);
  const isConstant = arm64Code(binary.code(caller)).literals.has(offset >> 2);
  return isConstant || fileOffset === undefined ? [] : [{ fileOffset, offset }];
}

function isTransfer(word: number): boolean {
  const kind = kindOf(word);
  return kind === 'call' || kind === 'branch';
}
