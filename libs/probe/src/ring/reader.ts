/**
 * The thin, impure part: maps a ring's pages and moves its positions. The decoder does the thinking.
 *
 *    mapping 1, read-write: │ consumer position │            one page
 *    mapping 2, read-only:  │ producer position │ data │ data again │
 *
 * Documentation/bpf/ringbuf.rst: only the first page may be written by user space.
 */
import { MapscopeError } from '@mapscope/events';
import type { Libc } from '../kernel/libc.ts';
import { createDecoder } from './decoder.ts';
import type { Decoder } from './decoder.ts';
import type { AnyRawBatch } from '../families/layouts.ts';

export interface RingReader {
  /** Decodes what is there, at most `maximum` records, and gives their room back to the kernel. */
  readonly poll: (maximum: number) => Poll;
  /** rows waiting to be taken */
  readonly rows: () => number;
  readonly take: () => readonly AnyRawBatch[];
  readonly giveBack: Decoder['giveBack'];
  readonly close: () => void;
}

export interface Poll {
  readonly records: number;
  /** bytes still unread, 0…sizeBytes */
  readonly backlogBytes: number;
}

interface Pages {
  readonly consumer: BigUint64Array;
  readonly producer: BigUint64Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly close: () => void;
}

const LOADS_IN_ORDER = process.arch === 'x64';

export function openRingReader(libc: Libc, fd: number, sizeBytes: number): RingReader {
  const pages = mapPages(libc, fd, sizeBytes);
  const decoder = createDecoder();
  let position = Number(Atomics.load(pages.consumer, 0));
  const poll = (maximum: number): Poll => {
    let records = 0;
    for (;;) {
      const producer = Number(Atomics.load(pages.producer, 0));
      const range = { from: position, producer, sizeBytes, maximum: maximum - records, loadsInOrder: LOADS_IN_ORDER };
      const scan = decoder.decode(pages, range);
      position = scan.position;
      records += scan.records;
      // A release store: the kernel may overwrite these bytes from here on, so the copies come first.
      Atomics.store(pages.consumer, 0, BigInt(position));
      if (scan.busy || position >= producer || records >= maximum)
        return { records, backlogBytes: producer - position };
    }
  };
  return {
    poll,
    rows: decoder.rows,
    take: decoder.take,
    giveBack: decoder.giveBack,
    close: () => pages.close(),
  };
}

function mapPages(libc: Libc, fd: number, sizeBytes: number): Pages {
  const { pageBytes } = libc;
  const producerBytes = pageBytes + 2 * sizeBytes;
  const consumerAt = libc.map(fd, 0, pageBytes, 'read-write');
  const producerAt = libc.map(fd, pageBytes, producerBytes, 'read');
  if (consumerAt === undefined || producerAt === undefined) {
    const message = `mapping a ring of ${sizeBytes} bytes failed with ${libc.lastError()}: make the ring smaller or free memory`;
    throw new MapscopeError('BPF_FAILED', message, { facts: { sizeBytes } });
  }
  const producerPage = libc.view(producerAt, producerBytes);
  return {
    consumer: new BigUint64Array(libc.view(consumerAt, 8)),
    producer: new BigUint64Array(producerPage, 0, 1),
    words: new Int32Array(producerPage, pageBytes, (2 * sizeBytes) / 4),
    bytes: new Uint8Array(producerPage, pageBytes, 2 * sizeBytes),
    close: () => {
      libc.unmap(consumerAt, pageBytes);
      libc.unmap(producerAt, producerBytes);
    },
  };
}
