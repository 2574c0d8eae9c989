/**
 * The messages of a partition that wait for their block, in order of their offsets, and what a block may take of them. Pure.
 */
import type { BatchKind } from '@mapscope/events';
import type { Entry } from './entry.ts';
import { MAX_SPAN } from './intent.ts';

export interface BlockBounds {
  /** of one table */
  readonly rows: number;
  readonly bytes: number;
  /** from the first message's coming on */
  readonly millis: number;
}

export class Pending {
  readonly #bounds: BlockBounds;
  #entries: Entry[] = [];
  #sizeBytes = 0;
  /** how many of the entries are known to make a full block; undefined: they make none yet */
  #full: number | undefined;
  #counted = 0;
  #rows = new Map<BatchKind, number>();
  #bytes = 0;

  constructor(bounds: BlockBounds) {
    this.#bounds = bounds;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get isFull(): boolean {
    return this.#full !== undefined;
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#sizeBytes += entry.sizeBytes;
    }
    this.#count();
  }

  /** What the next block takes: a full one, else all there is. */
  next(): readonly Entry[] {
    return this.#entries.slice(0, this.#full ?? this.#entries.length);
  }

  /** The entries up to this offset are done with; returns their size. */
  drop(last: bigint): number {
    const stays = this.#entries.findIndex(({ offset }) => offset > last);
    const gone = this.#entries.splice(0, stays === -1 ? this.#entries.length : stays);
    const sizeBytes = gone.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    this.#sizeBytes -= sizeBytes;
    this.#full = undefined;
    this.#counted = 0;
    this.#rows = new Map();
    this.#bytes = 0;
    this.#count();
    return sizeBytes;
  }

  #count(): void {
    const { rows: maxRows, bytes: maxBytes } = this.#bounds;
    for (; this.#full === undefined && this.#counted < this.#entries.length; this.#counted++) {
      const entry = this.#entries[this.#counted];
      if (entry === undefined) break;
      this.#bytes += entry.sizeBytes;
      const rows = this.#addRows(entry);
      const isLast = this.#counted + 1 === MAX_SPAN;
      if (rows >= maxRows || this.#bytes >= maxBytes || isLast) this.#full = this.#counted + 1;
    }
  }

  #addRows(entry: Entry): number {
    if (entry.kind === 'fault') return 0;
    const { kind, rows } = entry.batch.header;
    const sum = (this.#rows.get(kind) ?? 0) + rows;
    this.#rows.set(kind, sum);
    return sum;
  }
}
