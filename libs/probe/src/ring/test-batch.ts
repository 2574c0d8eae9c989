/** Records as the ring has them → batches by the decoder. For tests of what follows it. */
import type { AnyRawBatch } from '../families/layouts.ts';
import { RECORD_HEADER_BYTES } from './cursor.ts';
import { createDecoder } from './decoder.ts';
import type { Decoder } from './decoder.ts';
import type { RecordBytes } from './run.ts';

export interface TestRing {
  readonly pages: RecordBytes;
  readonly sizeBytes: number;
  readonly producer: number;
}

/** The ring is as large as it needs to be; whatever the records do not fill holds `filler`. */
export function ringOf(records: readonly Uint8Array[], filler = 0): TestRing {
  const needed = records.reduce((sum, { length }) => sum + roundUp(length), 0);
  const sizeBytes = 2 ** Math.max(12, Math.ceil(Math.log2(needed)));
  const bytes = new Uint8Array(2 * sizeBytes).fill(filler);
  const view = new DataView(bytes.buffer);
  let producer = 0;
  for (const record of records) {
    view.setUint32(producer, record.length, true);
    bytes.set(record, producer + RECORD_HEADER_BYTES);
    producer += roundUp(record.length);
  }
  return { pages: { bytes, words: new Int32Array(bytes.buffer) }, sizeBytes, producer };
}

const roundUp = (length: number): number => (RECORD_HEADER_BYTES + length + 7) & ~7;

/** @param maximum records of a run */
export function decodeRing({ decode, take }: Decoder, ring: TestRing, maximum = 1 << 20): readonly AnyRawBatch[] {
  const { pages, producer, sizeBytes } = ring;
  for (let from = 0; from < producer;)
    from = decode(pages, { from, producer, sizeBytes, maximum, loadsInOrder: true }).position;
  return take();
}

export function batchOf(record: Uint8Array): AnyRawBatch {
  const [batch] = decodeRing(createDecoder(), ringOf([record]));
  if (batch === undefined) throw new Error('nothing taken');
  return batch;
}
