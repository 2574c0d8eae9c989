/** Records in memory: the ring's pages, or what a test made. */

/** The same memory twice; all records lie at multiples of 8, little-endian: this machine wrote them. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}
