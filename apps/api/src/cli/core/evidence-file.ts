/** What a program wrote of itself, from a file or straight from its net/http/pprof, decompressed. */
import { gunzipSync } from 'node:zlib';
import { MapscopeError } from '@mapscope/events';
import { type World, misused } from './command.ts';

/** Go stops a dump at 64 MB; a crash's text of more goroutines is longer. */
const MAX_BYTES = 256 * 1024 * 1024;
/** /debug/pprof/mutex?seconds=60 takes as long as it says. */
const TIMEOUT_MILLIS = 5 * 60_000;

/** @param path asked for where an address names none */
export async function readEvidence(from: string, path: string, world: World): Promise<Uint8Array> {
  const isAddress = /^https?:\/\//i.test(from);
  return decompressed(isAddress ? await download(addressOf(from, path), world) : world.readBytes(from), from);
}

function addressOf(from: string, path: string): URL {
  if (!URL.canParse(from)) throw misused(`${from} is no address: give one like http://127.0.0.1:6060${path}`);
  const url = new URL(from);
  return url.pathname === '/' && url.search === '' ? new URL(path, url) : url;
}

async function download(url: URL, { fetch, stop }: World): Promise<Uint8Array> {
  // An address may hold a password.
  const shown = `${url.origin}${url.pathname}${url.search}`;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MILLIS)]);
  try {
    const response = await fetch(url.href, { signal });
    if (!response.ok) throw unanswered(shown, `answered ${response.status}`);
    return await bounded(response, shown);
  } catch (cause) {
    if (cause instanceof MapscopeError) throw cause;
    throw unanswered(shown, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const unanswered = (url: string, why: string, cause?: unknown): MapscopeError =>
  misusedBy(`${url}: ${why}; is the program up there, and does it import net/http/pprof?`, cause);

const misusedBy = (message: string, cause: unknown): MapscopeError =>
  new MapscopeError('CONFIG_INVALID', message, { cause });

async function bounded(response: Response, url: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of response.body ?? []) {
    sizeBytes += part.length;
    if (sizeBytes > MAX_BYTES) throw misused(`${url} answers more than ${MAX_BYTES} bytes: save it and cut it`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decompressed(bytes: Uint8Array, from: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw misusedBy(`${from} is compressed and cannot be decompressed (${why}): take it again, whole`, cause);
  }
}
