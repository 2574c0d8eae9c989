/**
 * Memory for the columns that rows are made of. Lent memory is one piece, filled again for every batch: see ring/slab.ts
 * for what fresh memory costs. Nothing in it is cleared, so whoever takes an array writes all of it.
 */
export interface ColumnMemory {
  readonly u8: (length: number) => Uint8Array<ArrayBuffer>;
  readonly u16: (length: number) => Uint16Array<ArrayBuffer>;
  readonly u32: (length: number) => Uint32Array<ArrayBuffer>;
  readonly u64: (length: number) => BigUint64Array<ArrayBuffer>;
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

const FIRST_BYTES = 1 << 16;

export function createLentMemory(): LentMemory {
  let memory = new ArrayBuffer(FIRST_BYTES);
  let used = 0;
  /** Where the piece is too small, the array gets memory of its own, and the piece is larger from the next reset on. */
  const place = (bytes: number): { readonly memory: ArrayBuffer; readonly start: number } => {
    const start = used;
    used += (bytes + 7) & ~7;
    return used <= memory.byteLength ? { memory, start } : { memory: new ArrayBuffer(bytes), start: 0 };
  };
  return {
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
    reset: () => {
      if (used > memory.byteLength) memory = new ArrayBuffer(2 ** Math.ceil(Math.log2(used)));
      used = 0;
    },
  };
}
