/**
 * Memory at fixed addresses for the arguments of one system call at a time: bpf(2) takes pointers inside its
 * argument, and JavaScript memory may move. `reset` before each call, `take` piece by piece.
 *
 *    address ┌─────────┬──────┬───────┬───────────────┐
 *            │ attr    │ key  │ value │ free …        │
 *            └─────────┴──────┴───────┴───────────────┘
 */
import { MapscopeError } from '@mapscope/events';
import type { Libc } from './libc.ts';

export interface Piece {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface Arena {
  readonly reset: () => void;
  /** zeroed, aligned to 8 */
  readonly take: (sizeBytes: number) => Piece;
  readonly put: (bytes: Uint8Array) => Piece;
  readonly close: () => void;
}

export function openArena(libc: Libc, sizeBytes: number): Arena {
  const base = libc.allocate(sizeBytes);
  const buffer = libc.view(base, sizeBytes);
  let used = 0;
  const take = (wantedBytes: number): Piece => {
    const start = used;
    used += (wantedBytes + 7) & ~7;
    if (used > sizeBytes) {
      const message = `a system call needs ${used} bytes of arguments and the arena has ${sizeBytes}: report this`;
      throw new MapscopeError('INTERNAL', message);
    }
    const bytes = new Uint8Array(buffer, start, wantedBytes).fill(0);
    return { address: base + BigInt(start), bytes, view: new DataView(buffer, start, wantedBytes) };
  };
  const put = (bytes: Uint8Array): Piece => {
    const piece = take(bytes.length);
    piece.bytes.set(bytes);
    return piece;
  };
  return { reset: () => void (used = 0), take, put, close: () => libc.free(base) };
}
