/** Records in memory: the ring's pages, or what a test made. */

/** The same memory twice; all records lie at multiples of 8, little-endian: this machine wrote them. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** Some of the records in it. */
export interface Run extends RecordBytes {
  readonly longs: BigUint64Array;
  /** byte offsets of the payloads, `count` of them */
  readonly offsets: Uint32Array;
  readonly count: number;
}

export function runOf({ bytes, words }: RecordBytes, offsets: Uint32Array, count: number): Run {
  const longs = new BigUint64Array(words.buffer, words.byteOffset, words.length >>> 1);
  return { bytes, words, longs, offsets, count };
}
