/**
 * One file of batches of one kind, written to its end and read from its beginning:
 *
 *   ┌ u32 length ┬ batch (batch.ts: magic, identity, CRC-32C) ┬ u32 length ┬ batch …
 *
 * No fsync: the page cache outlives the process, and after a power cut a torn batch fails its checksum.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { PreparedBatch } from '../batcher.ts';

const LENGTH_BYTES = 4;

export interface Segment {
  readonly sizeBytes: number;
  /** what is in it and not taken out yet, oldest first; values stay on disk */
  readonly waiting: readonly Omit<PreparedBatch, 'value'>[];
  /** Throws what the file system says, ENOSPC among it; then nothing was added. */
  readonly append: (batch: PreparedBatch) => void;
  readonly head: () => PreparedBatch | undefined;
  readonly takeHead: () => void;
  /** The file stays. */
  readonly close: () => void;
  readonly remove: () => void;
}

interface Entry extends Omit<PreparedBatch, 'value'> {
  readonly at: number;
  readonly length: number;
}

export function createSegment(path: string): Segment {
  const fd = openSync(path, 'wx+', 0o600);
  const entries: Entry[] = [];
  let sizeBytes = 0;
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    waiting: entries,
    append: ({ kind, rows, sequence, value }) => {
      writeWhole(fd, value, sizeBytes);
      entries.push({ kind, rows, sequence, at: sizeBytes + LENGTH_BYTES, length: value.length });
      sizeBytes += LENGTH_BYTES + value.length;
    },
    head: () => {
      const [entry] = entries;
      if (entry === undefined) return undefined;
      const value = new Uint8Array(entry.length);
      readSync(fd, value, 0, entry.length, entry.at);
      return { kind: entry.kind, rows: entry.rows, sequence: entry.sequence, value };
    },
    takeHead: () => void entries.shift(),
    close: () => closeSync(fd),
    remove: () => {
      closeSync(fd);
      rmSync(path, { force: true });
    },
  };
}

/** A disk that is full takes a part: the next batch then overwrites it. */
function writeWhole(fd: number, value: Uint8Array, at: number): void {
  const framed = new Uint8Array(LENGTH_BYTES + value.length);
  new DataView(framed.buffer).setUint32(0, value.length, true);
  framed.set(value, LENGTH_BYTES);
  for (let written = 0; written < framed.length;) {
    const count = writeSync(fd, framed, written, framed.length - written, at + written);
    if (count === 0) throw new Error('the disk takes no more');
    written += count;
  }
}

/** What a file of a dead agent holds, up to where it is torn. Pure. */
export function splitSegment(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Uint8Array[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length;) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    if (end > bytes.length) break;
    values.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return values;
}
