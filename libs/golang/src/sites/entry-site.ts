/**
 * Where to put the probe that says "this function was called": as near to the entry as the kernel can execute the
 * probed instruction in software. Single-stepping costs eighteen times as much (9.1 µs against 0.5 µs a hit, measured
 * on amd64 under nested virtualisation). The argument registers and g still hold what the caller passed.
 */
import type { GoFunction } from '../pclntab/function-table.ts';
import { amd64EntrySite, amd64HasStackCheck } from './amd64-entry.ts';
import { arm64EntrySite, arm64HasStackCheck, requireSteppable } from './arm64-entry.ts';
import { refused } from './refusal.ts';
import type { CodeSource, EntrySite } from './site.ts';

/** PROBE_REFUSED where there is no such instruction, with the reason. */
export function findEntrySite(binary: CodeSource, fn: GoFunction): EntrySite {
  const code = requireCode(binary, fn);
  const choice = binary.arch === 'amd64' ? amd64EntrySite(code, fn) : arm64EntrySite(code, fn);
  return { fileOffset: entryOffset(binary, fn) + choice.offset, ...choice };
}

/**
 * The first instruction, single-stepped at 9 µs a hit: only for what happens once, such as runtime.fatal, which Go 1.19
 * gives no cheap site. With a stack check findEntrySite always finds one, and the first instruction may fire twice.
 */
export function costlyEntrySite(binary: CodeSource, fn: GoFunction): EntrySite {
  const code = requireCode(binary, fn);
  const hasStackCheck = binary.arch === 'amd64' ? amd64HasStackCheck(code, fn) : arm64HasStackCheck(code);
  if (hasStackCheck)
    throw refused(fn, 'it has a stack check, so its first instruction may run twice for one call: use findEntrySite');
  if (binary.arch === 'arm64') requireSteppable(code, fn);
  return { fileOffset: entryOffset(binary, fn), offset: 0, instruction: 'other', reentrant: false };
}

function entryOffset(binary: CodeSource, fn: GoFunction): number {
  const offset = binary.fileOffset(fn.entry);
  if (offset === undefined) throw refused(fn, 'its code is not in the file');
  return offset;
}

function requireCode(binary: CodeSource, fn: GoFunction): Uint8Array {
  const code = binary.code(fn);
  if (code.length === 0) throw refused(fn, 'it has no code');
  return code;
}
