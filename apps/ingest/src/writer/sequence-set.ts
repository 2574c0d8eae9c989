/**
 * Which sequences of a stream were seen, as ranges: usually one, whose end moves. Exact from `from` on; below, nothing is
 * known. Pure.
 *
 *   from 10, ranges 10…57 59…60      58 is missing (its agent shed it, or it is still on its way)
 */
export interface Range {
  first: bigint;
  last: bigint;
}

export class SequenceSet {
  /** ascending, apart from each other by at least one */
  readonly #ranges: Range[];
  #from: bigint;

  constructor(from: bigint, ranges: readonly Readonly<Range>[]) {
    this.#from = from;
    this.#ranges = ranges.map((range) => ({ ...range }));
  }

  get from(): bigint {
    return this.#from;
  }

  get size(): number {
    return this.#ranges.length;
  }

  has(sequence: bigint): boolean {
    const range = this.#ranges[this.#at(sequence)];
    return range !== undefined && range.last >= sequence;
  }

  add(sequence: bigint): void {
    const at = this.#at(sequence);
    const [before, after] = [this.#ranges[at], this.#ranges[at + 1]];
    if (before !== undefined && before.last >= sequence) return;
    const joinsBefore = before?.last === sequence - 1n;
    const joinsAfter = after?.first === sequence + 1n;
    if (before !== undefined && after !== undefined && joinsBefore && joinsAfter) {
      before.last = after.last;
      this.#ranges.splice(at + 1, 1);
    } else if (before !== undefined && joinsBefore) before.last = sequence;
    else if (after !== undefined && joinsAfter) after.first = sequence;
    else this.#ranges.splice(at + 1, 0, { first: sequence, last: sequence });
  }

  /** Forgets the oldest ranges beyond `limit`; what lies below the ones that stay is unknown then. */
  trim(limit: number): void {
    if (this.#ranges.length <= limit) return;
    this.#ranges.splice(0, this.#ranges.length - limit);
    this.#from = this.#ranges[0]?.first ?? this.#from;
  }

  /** Index of the last range that begins at or below the sequence; −1: none. */
  #at(sequence: bigint): number {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.first ?? sequence) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
