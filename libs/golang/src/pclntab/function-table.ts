/**
 * The functions of a program, read in place: nothing is decoded before it is asked for.
 *
 *   funcs: │ entry₀ u32 │ func₀ u32 │ entry₁ │ func₁ │ … │ end u32 │     entries count from runtime.text,
 *   func:  │ entryOff u32 │ nameOff i32 │ … (runtime._func) │           func offsets from the start of `funcs`
 *          0              4
 */
import type { ByteView } from '../elf/byte-view.ts';
import { malformed } from '../elf/byte-view.ts';
import { encodeUtf8 } from '../elf/utf8.ts';
import { nameHash, nameIndex, type NameIndex } from './name-index.ts';
import type { PclnHeader } from './header.ts';

export interface GoFunction {
  readonly name: string;
  /** virtual address in the file */
  readonly entry: number;
  /** up to the next function's entry: the code and its padding */
  readonly size: number;
}

export interface FunctionTable {
  readonly count: number;
  /** index of the function that contains the address */
  indexOf(address: number): number | undefined;
  entry(index: number): number;
  /** file offset of the runtime._func record */
  record(index: number): number;
  nameAt(nameOffset: number): string;
  at(address: number): GoFunction | undefined;
  lookup(name: string): GoFunction | undefined;
}

export function functionTable(view: ByteView, header: PclnHeader, text: number): FunctionTable {
  const { functions, functionCount: count } = header;
  // One check for the whole table, so that a damaged count is named as such.
  view.slice(functions, count * 8 + 4);
  const entry = (index: number): number => text + view.u32(functions + index * 8);
  const record = (index: number): number => functions + view.u32(functions + index * 8 + 4);
  const nameAt = (nameOffset: number): string => view.cstring(header.names + nameOffset);
  const get = (index: number): GoFunction => ({
    name: nameAt(view.i32(record(index) + 4)),
    entry: entry(index),
    size: sizeOf(entry, index, functions),
  });
  let names: NameIndex | undefined;
  const lookup = (name: string): GoFunction | undefined => {
    names ??= nameIndex(count, (index) => nameHash(view.bytes, header.names + view.i32(record(index) + 4)));
    const found = names.withHash(nameHash(encodeUtf8(`${name}\0`), 0)).map(get);
    return largest(found.filter((fn) => fn.name === name));
  };
  const indexOf = (address: number): number | undefined => search(count, entry, address);
  const at = (address: number): GoFunction | undefined => {
    const index = indexOf(address);
    return index === undefined ? undefined : get(index);
  };
  return { count, entry, record, nameAt, at, lookup, indexOf };
}

/**
 * Some names stand twice: an ABI0 wrapper beside the ABIInternal body (runtime.newproc, runtime.goexit1 …; cmd/link
 * keeps both under one name). The body is the larger one.
 */
function largest(functions: readonly GoFunction[]): GoFunction | undefined {
  return functions.toSorted((a, b) => b.size - a.size || a.entry - b.entry)[0];
}

function sizeOf(entry: (index: number) => number, index: number, table: number): number {
  const size = entry(index + 1) - entry(index);
  if (size < 0) throw malformed('functions out of order', table + index * 8);
  return size;
}

function search(count: number, entry: (index: number) => number, address: number): number | undefined {
  if (count === 0 || address < entry(0) || address >= entry(count)) return undefined;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (entry(middle) <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}
