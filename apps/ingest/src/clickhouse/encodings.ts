/**
 * Compression, both ways. Answers are compressed by the engine itself on their way into the pipe; bodies are unpacked here,
 * piece by piece, so that what they become can be counted while it becomes. Pure but for the streams of node:zlib.
 */
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { refusal } from './exceptions.ts';

/** Names of HTTP and of the engine's COMPRESSION alike; most wanted first, as ClickHouse chooses (chooseHTTPCompressionMethod). */
const ANSWERS = ['zstd', 'br', 'lz4', 'gzip', 'deflate'] as const;
export type Encoding = (typeof ANSWERS)[number];

/** `acceptEncoding` as RFC 9110 12.5.3 writes it: `br;q=1.0, gzip, *;q=0`. Nothing is chosen by `*`. */
export function chooseEncoding(acceptEncoding: string): Encoding | undefined {
  const wanted = new Set<string>();
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) wanted.add(name);
  }
  return ANSWERS.find((name) => wanted.has(name));
}

/** Unpacks a body; absent when it is not packed. */
export function decoderOf(contentEncoding: string | undefined): Transform | undefined {
  switch ((contentEncoding ?? 'identity').toLowerCase()) {
    case 'identity':
    case '':
      return undefined;
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw refusal(
        'NOT_IMPLEMENTED',
        `a body with Content-Encoding "${(contentEncoding ?? '').slice(0, 20)}" is not served: use gzip, deflate, br, zstd or none`,
      );
  }
}

/** ClickHouse's own framing of blocks (`compress=1`, `decompress=1`) needs its checksums; encodings of HTTP do the same. */
export function refuseOwnFraming(name: 'compress' | 'decompress', value: string): void {
  if (value === '0' || value === 'false') return;
  throw refusal(
    'NOT_IMPLEMENTED',
    name === 'compress'
      ? "compress=1, ClickHouse's own framing, is not served: send enable_http_compression=1 and Accept-Encoding: zstd, br, lz4, gzip or deflate"
      : "decompress=1, ClickHouse's own framing, is not served: send the body with Content-Encoding: gzip, deflate, br or zstd",
  );
}
