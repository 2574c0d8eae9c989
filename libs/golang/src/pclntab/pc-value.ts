/**
 * A table of values by pc, run-length coded (src/runtime/symtab.go pcvalue, step; design: golang.org/s/go12symtab):
 *
 *   │ zigzag(Δvalue) uvarint │ Δpc / quantum uvarint │ … │ 0 │      value starts at -1, pc at the function's entry
 */
import type { ByteView } from '../elf/byte-view.ts';
import { malformed } from '../elf/byte-view.ts';

export interface PcTables {
  readonly view: ByteView;
  /** file offset of the table of tables */
  readonly pcs: number;
  readonly quantum: number;
}

/** The largest functions (generated tables) have some hundred thousand steps. */
const MAX_STEPS = 2 ** 20;

/** The value at `pcOffset` bytes behind the function's entry; -1 where the table has none, as in Go's runtime. */
export function pcValue({ view, pcs, quantum }: PcTables, table: number, pcOffset: number): number {
  if (table === 0) return -1;
  let at = pcs + table;
  let value = -1;
  let pc = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const valueDelta = uvarint(view, at);
    if (valueDelta.value === 0 && step > 0) return -1;
    value = (value + (-(valueDelta.value & 1) ^ (valueDelta.value >>> 1))) | 0;
    const pcDelta = uvarint(view, valueDelta.next);
    pc += pcDelta.value * quantum;
    at = pcDelta.next;
    if (pcOffset < pc) return value;
  }
  throw malformed('a pc table without end', pcs + table);
}

function uvarint(view: ByteView, offset: number): { readonly value: number; readonly next: number } {
  const head = view.u8(offset);
  // About 70 % of the deltas are a single byte (comment in step, src/runtime/symtab.go).
  if (head < 0x80) return { value: head, next: offset + 1 };
  let value = head & 0x7f;
  for (let i = 1; i < 5; i++) {
    const byte = view.u8(offset + i);
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return { value: value >>> 0, next: offset + i + 1 };
  }
  throw malformed('a pc table value without end', offset);
}
