/**
 * Memory for the columns that rows are made of. Lent memory is one piece, filled again for every batch: see ring/slab.ts
 * for what fresh memory costs. Nothing in it is cleared, so whoever takes an array writes all of it.
 */
import { WASM_PAGE_BYTES } from '@mapscope/events';
import { createRowModule } from './row-loops.ts';
import type { RowLoops } from './row-loops.ts';

export interface ColumnMemory {
  readonly u8: (length: number) => Uint8Array<ArrayBuffer>;
  readonly u16: (length: number) => Uint16Array<ArrayBuffer>;
  readonly u32: (length: number) => Uint32Array<ArrayBuffer>;
  readonly u64: (length: number) => BigUint64Array<ArrayBuffer>;
  /** Over arrays of this memory; undefined: it is not one that WebAssembly sees. */
  readonly loops?: RowLoops;
}

export interface LentMemory extends ColumnMemory {
  /** Everything lent is free to be lent again. */
  readonly reset: () => void;
}

/** Arrays that belong to whoever takes them. */
export const OWN_MEMORY: ColumnMemory = {
  u8: (length) => new Uint8Array(length),
  u16: (length) => new Uint16Array(length),
  u32: (length) => new Uint32Array(length),
  u64: (length) => new BigUint64Array(length),
};

/** Memory of WebAssembly grows by pages, and never shrinks. */
const FIRST_PAGES = 16;

export function createLentMemory(): LentMemory {
  const module = createRowModule(FIRST_PAGES);
  let memory = module.memory.buffer;
  let used = 0;
  /** Where the piece is too small, the array gets memory of its own, and the piece is larger from the next reset on. */
  const place = (bytes: number): { readonly memory: ArrayBuffer; readonly start: number } => {
    const start = used;
    used += (bytes + 7) & ~7;
    return used <= memory.byteLength ? { memory, start } : { memory: new ArrayBuffer(bytes), start: 0 };
  };
  const arrays: ColumnMemory = {
    u8: (length) => {
      const { memory, start } = place(length);
      return new Uint8Array(memory, start, length);
    },
    u16: (length) => {
      const { memory, start } = place(2 * length);
      return new Uint16Array(memory, start, length);
    },
    u32: (length) => {
      const { memory, start } = place(4 * length);
      return new Uint32Array(memory, start, length);
    },
    u64: (length) => {
      const { memory, start } = place(8 * length);
      return new BigUint64Array(memory, start, length);
    },
  };
  return {
    ...arrays,
    loops: module.loopsIn(arrays),
    reset: () => {
      if (used > memory.byteLength) {
        // What was lent is gone with it: the buffer is another one from here on.
        module.memory.grow(Math.ceil((2 ** Math.ceil(Math.log2(used)) - memory.byteLength) / WASM_PAGE_BYTES));
        memory = module.memory.buffer;
      }
      used = 0;
    },
  };
}
