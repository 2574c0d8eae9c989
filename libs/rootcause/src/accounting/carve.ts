/**
 * How long did each request spend on each cause? Stretches of a request's time overlap: a wait told twice, a lock inside
 * of a call, a collection while a lock is waited for. Each nanosecond is given to one cause only, so the causes of a request
 * never sum up to more than it lasted:
 *
 *     call            ├───────────────────────┤
 *     lock                 ├──────┤
 *     collector                ├────────┤
 *     given           call │ lock │ collec. │ call
 *
 * Of causes that overlap, the one of the higher rank gets the time; of equals the one that began last, which is the inner
 * one: mending the outer one would not mend it. Linear: counting sorts, then one pass with a small stack per request.
 */
import type { Pieces } from './pieces.ts';

/** Sparse: entries of one cause together, offsets[c] … offsets[c + 1]. */
export interface TimeTable {
  readonly offsets: Uint32Array;
  readonly request: Uint32Array;
  readonly nanos: Float64Array;
}

/** `ranks`: per cause. */
export function carve(pieces: Pieces, requests: number, ranks: Uint8Array): TimeTable {
  const entries = carved(pieces, byRequest(pieces, requests), ranks);
  return byCause(entries, ranks.length);
}

/** One value per request, 0 where it spent nothing there. */
export function dense(table: TimeTable, cause: number, count: number): Float64Array {
  const values = new Float64Array(count);
  const end = table.offsets[cause + 1] ?? 0;
  for (let e = table.offsets[cause] ?? 0; e < end; e += 1) values[table.request[e] ?? 0] = table.nanos[e] ?? 0;
  return values;
}

/** Pieces by request, then by their begin: a counting sort over requests, then a small sort inside each. */
function byRequest({ count, request, from }: Pieces, requests: number): Uint32Array {
  const offsets = new Uint32Array(requests + 1);
  for (let i = 0; i < count; i += 1) increment(offsets, (request[i] ?? 0) + 1);
  for (let r = 0; r < requests; r += 1) offsets[r + 1] = (offsets[r + 1] ?? 0) + (offsets[r] ?? 0);
  const order = new Uint32Array(count);
  const next = offsets.slice();
  for (let i = 0; i < count; i += 1) order[increment(next, request[i] ?? 0)] = i;
  for (let r = 0; r < requests; r += 1) sortPart(order, offsets[r] ?? 0, offsets[r + 1] ?? 0, from);
  return order;
}

/** By insertion where there are few, which is nearly always. */
const FEW = 24;

function sortPart(order: Uint32Array, begin: number, end: number, keys: Float64Array): void {
  if (end - begin > FEW) {
    order.subarray(begin, end).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    return;
  }
  for (let i = begin + 1; i < end; i += 1) {
    const piece = order[i] ?? 0;
    const key = keys[piece] ?? 0;
    let at = i;
    for (; at > begin && (keys[order[at - 1] ?? 0] ?? 0) > key; at -= 1) order[at] = order[at - 1] ?? 0;
    order[at] = piece;
  }
}

/** The value before. */
function increment(counts: Uint32Array, index: number): number {
  const before = counts[index] ?? 0;
  counts[index] = before + 1;
  return before;
}

interface Entries {
  count: number;
  readonly cause: Uint32Array;
  readonly request: Uint32Array;
  readonly nanos: Float64Array;
}

/** Open pieces of the request at hand, the one that gets the time last. */
class Open {
  readonly #pieces: Pieces;
  readonly #ranks: Uint8Array;
  readonly #entries: Entries;
  /** per cause: its entry; valid while that entry is of the request at hand */
  readonly #entryOf: Int32Array;
  readonly #stack: number[] = [];
  #cursor = Number.NEGATIVE_INFINITY;

  constructor(pieces: Pieces, ranks: Uint8Array, entries: Entries) {
    this.#pieces = pieces;
    this.#ranks = ranks;
    this.#entries = entries;
    this.#entryOf = new Int32Array(ranks.length).fill(-1);
  }

  add(piece: number): void {
    const { from, cause } = this.#pieces;
    const begin = from[piece] ?? 0;
    this.advance(begin);
    const rank = this.#ranks[cause[piece] ?? 0] ?? 0;
    let at = this.#stack.length;
    while (at > 0 && (this.#ranks[cause[this.#stack[at - 1] ?? 0] ?? 0] ?? 0) > rank) at -= 1;
    if (at === this.#stack.length) this.#stack.push(piece);
    else this.#stack.splice(at, 0, piece);
  }

  /** Gives away the time up to `until`; what has ended by then is closed. */
  advance(until: number): void {
    for (let top = this.#stack.at(-1); top !== undefined; top = this.#stack.at(-1)) {
      const end = this.#pieces.to[top] ?? 0;
      this.#give(top, Math.min(end, until));
      if (end > until) break;
      this.#stack.pop();
    }
    this.#cursor = until;
  }

  end(): void {
    this.advance(Number.POSITIVE_INFINITY);
    this.#cursor = Number.NEGATIVE_INFINITY;
  }

  #give(piece: number, until: number): void {
    const begin = Math.max(this.#cursor, this.#pieces.from[piece] ?? 0);
    if (until <= begin) return;
    this.#cursor = until;
    const entries = this.#entries;
    const request = this.#pieces.request[piece] ?? 0;
    const cause = this.#pieces.cause[piece] ?? 0;
    let e = this.#entryOf[cause] ?? -1;
    if (e < 0 || entries.request[e] !== request) {
      e = entries.count;
      entries.count += 1;
      entries.cause[e] = cause;
      entries.request[e] = request;
      this.#entryOf[cause] = e;
    }
    entries.nanos[e] = (entries.nanos[e] ?? 0) + until - begin;
  }
}

function carved(pieces: Pieces, order: Uint32Array, ranks: Uint8Array): Entries {
  const n = pieces.count;
  const entries = { count: 0, cause: new Uint32Array(n), request: new Uint32Array(n), nanos: new Float64Array(n) };
  const open = new Open(pieces, ranks, entries);
  let request = -1;
  for (const piece of order) {
    if (pieces.request[piece] !== request) open.end();
    request = pieces.request[piece] ?? -1;
    open.add(piece);
  }
  open.end();
  return entries;
}

function byCause(entries: Entries, causes: number): TimeTable {
  const offsets = new Uint32Array(causes + 1);
  for (let e = 0; e < entries.count; e += 1) increment(offsets, (entries.cause[e] ?? 0) + 1);
  for (let c = 0; c < causes; c += 1) offsets[c + 1] = (offsets[c + 1] ?? 0) + (offsets[c] ?? 0);
  const request = new Uint32Array(entries.count);
  const nanos = new Float64Array(entries.count);
  const next = offsets.slice();
  for (let e = 0; e < entries.count; e += 1) {
    const at = increment(next, entries.cause[e] ?? 0);
    request[at] = entries.request[e] ?? 0;
    nanos[at] = entries.nanos[e] ?? 0;
  }
  return { offsets, request, nanos };
}
