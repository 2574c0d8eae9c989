/**
 * A request's body, unpacked, within bounds: the bytes as sent and as unpacked are counted while they come, so that a small
 * body that unpacks to gigabytes is let go at the limit (CVE-2024-36129 of the collector).
 */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export type BodyEncoding = 'identity' | 'gzip';

export type BodyRead =
  | { readonly outcome: 'read'; readonly body: Uint8Array }
  | { readonly outcome: 'too-large' | 'crowded' | 'not-gzip' | 'aborted' };

/** Bytes held by all requests together; `take` says whether there was room. */
export interface ByteBudget {
  readonly take: (bytes: number) => boolean;
  readonly give: (bytes: number) => void;
}

export function byteBudget(limitBytes: number): ByteBudget {
  let held = 0;
  return {
    take: (bytes) => {
      if (held + bytes > limitBytes) return false;
      held += bytes;
      return true;
    },
    give: (bytes) => void (held -= bytes),
  };
}

export interface BodyBounds {
  readonly maxBytes: number;
  readonly budget: ByteBudget;
}

/** On 'read' the caller gives body.length back to the budget when it is done with the body; otherwise nothing is held. */
export async function readBody(request: Readable, encoding: BodyEncoding, bounds: BodyBounds): Promise<BodyRead> {
  const chunks: Uint8Array[] = [];
  let unpackedBytes = 0;
  try {
    for await (const chunk of unpacked(request, encoding, bounds.maxBytes)) {
      if (unpackedBytes + chunk.length > bounds.maxBytes) throw new Stop('too-large');
      if (!bounds.budget.take(chunk.length)) throw new Stop('crowded');
      unpackedBytes += chunk.length;
      chunks.push(chunk);
    }
    return {
      outcome: 'read',
      body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
    };
  } catch (error) {
    bounds.budget.give(unpackedBytes);
    if (error instanceof Stop) return { outcome: error.outcome };
    return { outcome: isZlibError(error) ? 'not-gzip' : 'aborted' };
  }
}

/** Leaves the loop over a body; never leaves this file. */
class Stop extends Error {
  readonly outcome: 'too-large' | 'crowded';

  constructor(outcome: 'too-large' | 'crowded') {
    super(outcome);
    this.outcome = outcome;
  }
}

/** node:zlib's codes (Z_DATA_ERROR, Z_BUF_ERROR, …). */
const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

async function* unpacked(request: Readable, encoding: BodyEncoding, maxBytes: number): AsyncGenerator<Uint8Array> {
  if (encoding === 'identity') {
    yield* counted(request, maxBytes);
    return;
  }
  const gunzip = createGunzip();
  const feeding = feed(counted(request, maxBytes), gunzip);
  try {
    // Node's streams give Buffers.
    for await (const chunk of gunzip) yield chunk as Uint8Array;
    await feeding;
  } finally {
    gunzip.destroy();
  }
}

/** Packed bytes into the unpacker, no faster than it takes them. Its failure reaches whoever reads the unpacker. */
async function feed(packed: AsyncIterable<Uint8Array>, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of packed) {
      if (gunzip.destroyed) return;
      if (!gunzip.write(chunk)) await drained(gunzip);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function drained(stream: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

/** Without destroying the request when its reader stops early: the answer must still go out on its socket. */
async function* counted(request: Readable, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // As above.
    const buffer = chunk as Uint8Array;
    bytes += buffer.length;
    if (bytes > maxBytes) throw new Stop('too-large');
    yield buffer;
  }
}
