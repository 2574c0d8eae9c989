/**
 * The messages of a partition that wait for their block, in order of their offsets, and what a block may take of them. Pure.
 */
import type { BatchKind } from '@mapscope/events';
import type { Entry } from './entry.ts';
import { MAX_SPAN } from './intent.ts';

export interface BlockBounds {
  /** of one table: with so many a block is written at once; with what has come meanwhile it takes up to three times as many */
  readonly rows: number;
  readonly bytes: number;
  /** from the first message's coming on */
  readonly millis: number;
  /** the same, of messages that are late already: nobody sees them sooner for a small insert, and large ones catch up; absent: as long */
  readonly lateMillis?: number;
}

/** What is older than this came while the writer was behind, or away. */
const LATE_MILLIS = 2_000;

/** How long a block waits for more whose last message was stamped then, by the wall clock. */
export function waitMillis(bounds: BlockBounds, newestMillis: number | undefined, nowMillis: number): number {
  const isLate = newestMillis !== undefined && nowMillis - newestMillis > LATE_MILLIS;
  return isLate ? (bounds.lateMillis ?? bounds.millis) : bounds.millis;
}

const MOST_ROWS_FACTOR = 3;

export class Pending {
  readonly #bounds: BlockBounds;
  #entries: Entry[] = [];
  #sizeBytes = 0;
  /** of the entries, the first so many: their rows a table and bytes */
  #counted = 0;
  #rows = new Map<BatchKind, number>();
  #bytes = 0;
  #isFull = false;

  constructor(bounds: BlockBounds) {
    this.#bounds = bounds;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** unix milliseconds of the last one, as its sender or the broker stamped it; undefined: there is none */
  get newestMillis(): number | undefined {
    return this.#entries.at(-1)?.message.timestampMillis;
  }

  /** a block need not wait for more */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#sizeBytes += entry.sizeBytes;
    }
    this.#count();
  }

  /** What the next block takes: all there is, as far as its bounds go. */
  next(): readonly Entry[] {
    return this.#entries.slice(0, this.#counted);
  }

  /** The entries up to this offset are done with; returns their size. */
  drop(last: bigint): number {
    const stays = this.#entries.findIndex(({ offset }) => offset > last);
    const gone = this.#entries.splice(0, stays === -1 ? this.#entries.length : stays);
    const sizeBytes = gone.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    this.#sizeBytes -= sizeBytes;
    this.#counted = 0;
    this.#rows = new Map();
    this.#bytes = 0;
    this.#isFull = false;
    this.#count();
    return sizeBytes;
  }

  #count(): void {
    const { rows: fullRows, bytes: mostBytes } = this.#bounds;
    let most = Math.max(0, ...this.#rows.values());
    for (const entry of this.#entries.slice(this.#counted, MAX_SPAN)) {
      if (this.#bytes >= mostBytes || most >= MOST_ROWS_FACTOR * fullRows) break;
      this.#counted += 1;
      this.#bytes += entry.sizeBytes;
      most = Math.max(most, this.#addRows(entry));
      this.#isFull ||= most >= fullRows || this.#bytes >= mostBytes || this.#counted === MAX_SPAN;
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
