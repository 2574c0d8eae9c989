/**
 * The functions of a program, read in place: nothing is decoded before it is asked for.
 *
 *   funcs: │ entry₀ u32 │ func₀ u32 │ entry₁ │ func₁ │ … │ end u32 │     entries count from runtime.text,
 *   func:  │ entryOff u32 │ nameOff i32 │ … (runtime._func) │           func offsets from the start of `funcs`
 *          0              4
 */
import type { ByteView } from '../elf/byte-view.ts';
import { malformed } from '../elf/byte-view.ts';
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
  get(index: number): GoFunction;
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
  let byName: ReadonlyMap<string, number> | undefined;
  return {
    count,
    entry,
    record,
    nameAt,
    get,
    indexOf: (address) => search(count, entry, address),
    lookup: (name) => {
      byName ??= indexNames(count, (index) => nameAt(view.i32(record(index) + 4)), entry);
      const index = byName.get(name);
      return index === undefined ? undefined : get(index);
    },
  };
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

/**
 * Some names stand twice: an ABI0 wrapper beside the ABIInternal body (runtime.newproc, runtime.goexit1 …; cmd/link
 * keeps both under one name). The body is the larger one.
 */
function indexNames(
  count: number,
  name: (index: number) => string,
  entry: (index: number) => number,
): ReadonlyMap<string, number> {
  const size = (index: number): number => entry(index + 1) - entry(index);
  const indices = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const key = name(index);
    const other = indices.get(key);
    if (other === undefined || size(index) > size(other)) indices.set(key, index);
  }
  return indices;
}
