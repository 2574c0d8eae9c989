/** Bodies of inserts: real ones of every format, bent, cut, wrapped in encodings that are right or wrong. Pure. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { hostileText } from './statements.ts';

export interface Sample {
  readonly format: string;
  /** what the engine itself writes in this format; empty when it only reads it */
  readonly bytes: Buffer;
}

export interface Body {
  readonly format: string;
  readonly bytes: Buffer;
  /** of Content-Encoding; empty for none */
  readonly encoding: string;
}

const bend = (bytes: Buffer, edits: readonly (readonly [number, number])[]): Buffer => {
  const bent = Buffer.from(bytes);
  for (const [place, value] of edits) if (bent.length > 0) bent[place % bent.length] = value;
  return bent;
};

const edits = fc.array(fc.tuple(fc.nat(100_000), fc.nat(255)), { maxLength: 6 });

const ENCODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
};

/** 8 MiB of one byte: more than the role of this run accepts. */
const BOMB = Buffer.alloc(8 * 1024 * 1024, 0x0a);

export function bodyOf(samples: readonly Sample[]): fc.Arbitrary<Body> {
  const sample = fc.constantFrom(...samples);
  const bytes = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(sample, edits).map(([{ bytes: real }, all]) => bend(real, all)) },
    { weight: 2, arbitrary: fc.tuple(sample, fc.nat(5000)).map(([{ bytes: real }, end]) => real.subarray(0, end)) },
    { weight: 4, arbitrary: hostileText.map((text) => Buffer.from(text)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(sample, hostileText)
        .map(([{ bytes: real }, text]) => Buffer.concat([real, Buffer.from(`\n\n${text}`)])),
    },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((random) => Buffer.from(random)) },
  );
  const plain = fc.tuple(sample, bytes).map(([{ format }, body]): Body => ({ format, bytes: body, encoding: '' }));
  const packed = fc
    .tuple(sample, bytes, fc.constantFrom(...Object.keys(ENCODERS)), edits, fc.nat(3))
    .map(([{ format }, body, encoding, all, isBent]): Body => {
      const whole = ENCODERS[encoding]?.(body) ?? body;
      return { format, bytes: isBent === 0 ? bend(whole, all) : whole, encoding };
    });
  const bomb = fc
    .tuple(sample, fc.constantFrom(...Object.keys(ENCODERS)))
    .map(([{ format }, encoding]): Body => ({ format, bytes: BOMBS[encoding] ?? BOMB, encoding }));
  const unknown = plain.map((body): Body => ({ ...body, encoding: 'snappy' }));
  return fc.oneof(
    { weight: 60, arbitrary: plain },
    { weight: 20, arbitrary: packed },
    { weight: 2, arbitrary: bomb },
    { weight: 3, arbitrary: unknown },
  );
}

const BOMBS: Readonly<Record<string, Buffer>> = Object.fromEntries(
  Object.entries(ENCODERS).map(([name, encode]) => [name, encode(BOMB)]),
);
