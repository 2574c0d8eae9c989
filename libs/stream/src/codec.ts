/**
 * zstd for kafkajs by Node's own zlib (node ≥ 22.15): kafkajs 2.2.4 brings gzip only. Registered once per process.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { type CompressionTypes } from 'kafkajs';
import { contentSize } from './zstd-frame.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/**
 * Level 1, with a table that fits the first-level cache: a tenth faster than without, and blocks of probes get no larger
 * (text by 3 %). Other levels: infra/decisions/0020-what-an-event-costs-the-agent.md.
 */
const PARAMETERS = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_hashLog]: 12 };
/**
 * zlib hands over its output in chunks of 16 KiB and joins them: for a value of 3 MB that is five times the work of
 * unpacking it (6.4 ms of CPU against 1.3), and four times that of packing (9.2 ms against 2.4). So the whole is one
 * chunk: the frame states its size, and whoever packs knows how large it can get at most (zstd.h, ZSTD_COMPRESSBOUND).
 */
const mostPacked = (sizeBytes: number): number => sizeBytes + (sizeBytes >> 8) + 1024;
/** Of a frame that does not state its size, as other producers may send. */
const CHUNK_BYTES = 1024 * 1024;
/** zlib takes no smaller one. */
const SMALLEST_CHUNK_BYTES = 64;
/** A record batch that grows beyond this is refused by zlib instead of filling the memory (decompression bomb). */
const MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

/** The part of kafkajs' encoder a codec sees. */
interface Encoder {
  readonly buffer: Buffer;
}

export function registerZstd(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: Encoder) => {
      const whole = { pledgedSrcSize: buffer.length, chunkSize: mostPacked(buffer.length) };
      return compress(buffer, { params: PARAMETERS, ...whole });
    },
    decompress: (bytes: Buffer) => {
      // What a header states is not believed beyond the bound; memory that is never written costs nothing.
      const stated = Math.min(contentSize(bytes) ?? CHUNK_BYTES, MAX_DECOMPRESSED_BYTES);
      const chunkSize = Math.max(stated, SMALLEST_CHUNK_BYTES);
      return decompress(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES, chunkSize });
    },
  });
}

export type Compression = 'zstd' | 'gzip' | 'none';

export function compressionType(compression: Compression): CompressionTypes {
  const types = kafkajs.CompressionTypes;
  return { zstd: types.ZSTD, gzip: types.GZIP, none: types.None }[compression];
}
