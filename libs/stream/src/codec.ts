/**
 * zstd for kafkajs by Node's own zlib (node ≥ 22.15): kafkajs 2.2.4 brings gzip only. Registered once per process.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { type CompressionTypes } from 'kafkajs';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/**
 * Level 1, with a table that fits the first-level cache: a tenth faster than without, and blocks of probes get no larger
 * (text by 3 %). Other levels: infra/decisions/0020-what-an-event-costs-the-agent.md.
 */
const PARAMETERS = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_hashLog]: 12 };
/** A record batch that grows beyond this is refused by zlib instead of filling the memory (decompression bomb). */
const MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024;

/** The part of kafkajs' encoder a codec sees. */
interface Encoder {
  readonly buffer: Buffer;
}

export function registerZstd(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: (encoder: Encoder) => compress(encoder.buffer, { params: PARAMETERS }),
    decompress: (bytes: Buffer) => decompress(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES }),
  });
}

export type Compression = 'zstd' | 'gzip' | 'none';

export function compressionType(compression: Compression): CompressionTypes {
  const types = kafkajs.CompressionTypes;
  return { zstd: types.ZSTD, gzip: types.GZIP, none: types.None }[compression];
}
