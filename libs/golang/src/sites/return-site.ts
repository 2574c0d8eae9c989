/**
 * Every way by which a function returns. A uretprobe would do this in one place, but it rewrites the return address on
 * the goroutine's stack, and Go's runtime dies of it as soon as it walks or moves that stack (golang/go#22008); so every
 * RET gets a probe of its own. On amd64 it is single-stepped (9 µs a hit): use where rare. A panic passes no RET.
 */
import type { GoFunction } from '../pclntab/function-table.ts';
import { arm64Code, kindOf, targetOf } from './arm64-code.ts';
import { decodeInstructions } from './instructions.ts';
import { hex, refused } from './refusal.ts';
import type { CodeSource, ReturnSite } from './site.ts';

interface Exits {
  readonly returns: readonly number[];
  /** jumps to another function: calls whose end is that function's RET */
  readonly tailJumps: readonly number[];
}

/** PROBE_REFUSED where the function may end without one of them, or where its bytes are not all instructions. */
export function findReturnSites(binary: CodeSource, fn: GoFunction): readonly ReturnSite[] {
  const code = binary.code(fn);
  const { returns, tailJumps } = binary.arch === 'amd64' ? amd64Exits(code, fn) : arm64Exits(code);
  const [jump] = tailJumps;
  if (jump !== undefined) throw refused(fn, `it ends in a jump to another function at ${hex(jump)}, not in a return`);
  if (returns.length === 0) throw refused(fn, 'it has no return instruction');
  const entry = binary.fileOffset(fn.entry);
  if (entry === undefined) throw refused(fn, 'its code is not in the file');
  return returns.map((offset) => ({ fileOffset: entry + offset, offset }));
}

function amd64Exits(code: Uint8Array, fn: GoFunction): Exits {
  const instructions = decodeInstructions(code, fn.entry);
  const bad = instructions.find(({ kind }) => kind === 'invalid');
  if (bad !== undefined)
    throw refused(fn, `the bytes at ${hex(bad.offset)} are no instruction known here, so a return may be missed`);
  const leaves = (target: number | undefined): boolean => target !== undefined && (target < 0 || target >= code.length);
  return {
    returns: instructions.filter(({ kind }) => kind === 'return').map(({ offset }) => offset),
    tailJumps: instructions
      .filter(({ kind, target }) => (kind === 'jump' || kind === 'branch') && leaves(target))
      .map(({ offset }) => offset),
  };
}

function arm64Exits(code: Uint8Array): Exits {
  const { words, literals } = arm64Code(code);
  const offsetsWhere = (is: (word: number, offset: number) => boolean): readonly number[] =>
    words.flatMap((word, index) => (!literals.has(index) && is(word, index * 4) ? [index * 4] : []));
  return {
    returns: offsetsWhere((word) => kindOf(word) === 'return'),
    tailJumps: offsetsWhere((word, offset) => {
      const target = kindOf(word) === 'branch' ? targetOf(word, offset) : undefined;
      return target !== undefined && (target < 0 || target >= code.length);
    }),
  };
}
