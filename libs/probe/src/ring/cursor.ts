/**
 * Walks the records of a BPF ring buffer from the consumer's position to the producer's. Pure over the mapped words;
 * the reader moves the positions. Format: Documentation/bpf/ringbuf.rst, kernel/bpf/ringbuf.c.
 *
 *    record: 0        4          8                    8 + length, rounded up to 8
 *            ┌────────┬──────────┬────────────────────┐
 *            │ length │ page off │ payload …          │
 *            └────────┴──────────┴────────────────────┘
 *    length: bit 31 BUSY (reserved, not yet submitted), bit 30 DISCARD, bits 0–29 the payload's length
 *
 * The data pages are mapped twice in a row, so a record never wraps. Positions only grow; place = position & mask.
 */
const DISCARD = 0x4000_0000;
const LENGTH_MASK = 0x3fff_ffff;
export const RECORD_HEADER_BYTES = 8;

export interface Scan {
  /** the consumer's next position */
  readonly position: number;
  readonly records: number;
  readonly discarded: number;
  /** stopped at a record that is not yet submitted; those behind it wait */
  readonly busy: boolean;
}

/**
 * @param words both copies of the data pages, as signed 32-bit words
 * @param visit gets the byte offset of each payload and its length
 */
export function scanRing(
  words: Int32Array,
  range: { readonly from: number; readonly producer: number; readonly sizeBytes: number; readonly maximum: number },
  visit: (offset: number, lengthBytes: number) => void,
): Scan {
  const mask = range.sizeBytes - 1;
  let position = range.from;
  let records = 0;
  let discarded = 0;
  while (position < range.producer && records < range.maximum) {
    // Positions outgrow 32 bits, and & would cut them: sizeBytes is a power of two, so the remainder is the same.
    const place = position > mask ? position % range.sizeBytes : position;
    // An acquire load (ringbuf.rst): the payload must not be read before the header says it is complete.
    const header = Atomics.load(words, place >> 2);
    if (header < 0) return { position, records, discarded, busy: true };
    const lengthBytes = header & LENGTH_MASK;
    if ((header & DISCARD) !== 0) discarded++;
    else {
      visit(place + RECORD_HEADER_BYTES, lengthBytes);
      records++;
    }
    position += (lengthBytes + RECORD_HEADER_BYTES + 7) & ~7;
  }
  return { position, records, discarded, busy: false };
}
