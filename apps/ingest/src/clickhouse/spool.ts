/**
 * Request bodies. A statement is read into memory, small; insert data goes to a file in a memory-backed directory,
 * under a name made here, because the engine reads inline data only up to its first blank line and runs the rest as SQL.
 * Compressed bodies are bounded by what they become, not by what they are.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MapscopeError } from '@mapscope/events';
import { MAX_STATEMENT_CHARACTERS } from './canonical.ts';
import { decoderOf } from './encodings.ts';
import { refusal } from './exceptions.ts';
import { makeFifo } from './fifo.ts';
import { memoryFile } from './memory-file.ts';

export interface Spool {
  /** writes the body to a file, lends its path to `work`, removes it in any case */
  readonly withBody: <R>(request: IncomingMessage, work: (path: string) => Promise<R>) => Promise<R>;
  readonly close: () => void;
}

const FILE = /^(body-[0-9a-f-]{36}|pipe-\d+)$/;
const SAFE_DIRECTORY = /^\/[A-Za-z0-9_./-]+$/;

/** Before anything is opened: the path will stand between quotes in SQL. */
export function checkSpoolDirectory(directory: string): void {
  if (SAFE_DIRECTORY.test(directory)) return;
  throw new MapscopeError(
    'CONFIG_INVALID',
    `The spool directory "${directory}" must be an absolute path of letters, digits and _ . / -: give one under /dev/shm`,
  );
}

/** Where the answers of a connection go through; stands between quotes in SQL like the bodies. */
export const pipePaths = (directory: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => join(directory, `pipe-${i}`));

/** For one role at a time: call it when the engine's lock on the data directory is held. */
export function openSpool(directory: string, maxBodyBytes: number, pipes: readonly string[]): Spool {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // What a killed predecessor left behind.
  for (const name of readdirSync(directory)) if (FILE.test(name)) rmSync(join(directory, name), { force: true });
  for (const pipe of pipes) makeFifo(pipe);
  return {
    withBody: async (request, work) => {
      const path = join(directory, `body-${randomUUID()}`);
      try {
        await pipe(request, memoryFile(path), maxBodyBytes);
        return await work(path);
      } finally {
        await rm(path, { force: true });
      }
    },
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function pipe(request: IncomingMessage, file: NodeJS.WritableStream, maxBytes: number): Promise<void> {
  const decoder = decoderOf(request.headers['content-encoding']);
  const counted = limit(maxBytes);
  const source = chunksOf(request);
  const done = decoder === undefined ? pipeline(source, counted, file) : pipeline(source, decoder, counted, file);
  await done.catch((error: unknown) => {
    throw unpackingFailed(request, error);
  });
}

function unpackingFailed({ headers }: IncomingMessage, error: unknown): unknown {
  const isOfZlib =
    error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_BROTLI|ERR__ERROR)/.test(String(error.code));
  if (!isOfZlib) return error;
  return refusal('CANNOT_DECOMPRESS', `the body is not valid ${headers['content-encoding'] ?? ''}: ${error.message}`);
}

/** Stopping half-way must leave the socket alive, or the client never reads why it was refused. */
const chunksOf = (request: IncomingMessage): AsyncIterable<Buffer> => request.iterator({ destroyOnReturn: false });

function limit(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      seen += chunk.length;
      if (seen > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

function tooLarge(maxBytes: number): Error {
  return refusal('QUERY_IS_TOO_LARGE', `the body is larger than ${maxBytes} bytes: send it in several inserts`);
}

/** The statement in the body of a request that has none in its URL. */
export async function readStatement(request: IncomingMessage): Promise<string> {
  if (/^multipart\//i.test(request.headers['content-type'] ?? '')) {
    throw refusal(
      'SUPPORT_IS_DISABLED',
      'multipart bodies are not served: give parameters in the URL (use_multipart_params: false)',
    );
  }
  const decoder = decoderOf(request.headers['content-encoding']);
  const counted = limit(MAX_STATEMENT_CHARACTERS);
  const chunks: Buffer[] = [];
  const source = chunksOf(request);
  const sink = collect(chunks);
  const done = decoder === undefined ? pipeline(source, counted, sink) : pipeline(source, decoder, counted, sink);
  await done.catch((error: unknown) => {
    throw unpackingFailed(request, error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw refusal('SYNTAX_ERROR', 'the statement is not UTF-8 text: put the statement in ?query= and data in the body');
  }
}

function collect(chunks: Buffer[]): (source: AsyncIterable<Buffer>) => Promise<void> {
  return async (source) => {
    for await (const chunk of source) chunks.push(chunk);
  };
}
