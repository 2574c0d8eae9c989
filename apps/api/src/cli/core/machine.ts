/** The machine as the commands see it. */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { MapscopeError } from '@mapscope/events';
import type { Machine } from './run-command.ts';

const STDOUT = 1;

export function thisMachine(): Machine {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  // The reader of a pipe may leave when it has seen enough (head): that is no failure.
  process.stdout.on('error', () => process.exit(0));
  return {
    env: process.env,
    fetch: (url, init) => fetch(url, init),
    readBytes: (path) => onDisk('read', path, () => readFileSync(path)),
    readText: (path) => onDisk('read', path, () => readFileSync(path, 'utf8')),
    writeFile: (path, bytes) => onDisk('written', path, () => writeFileSync(path, bytes)),
    out: (text) => writeAll(new TextEncoder().encode(`${text}\n`)),
    outBytes: writeAll,
    err: (line) => void process.stderr.write(`${line}\n`),
    terminal: () => {
      const { isTTY, rows, columns } = process.stdout;
      // A terminal nobody told its size says 0.
      return isTTY ? { rows: rows || 24, columns: columns || 80 } : undefined;
    },
    stop: stop.signal,
    pause: (millis) => pauseFor(millis, undefined, { signal: stop.signal }).catch(() => undefined),
    nowUnixNanos: () => BigInt(Date.now()) * 1_000_000n,
  };
}

/** At once and to the end, so that nothing is lost when the program leaves right after. */
function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(STDOUT, bytes, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') process.exit(0);
      // A pipe that is full, where its other end is not read yet (write(2)); the wait is what blocking would be.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function onDisk<T>(doing: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MapscopeError('CONFIG_INVALID', `${path} cannot be ${doing} (${why}): give another file`, { cause });
  }
}
