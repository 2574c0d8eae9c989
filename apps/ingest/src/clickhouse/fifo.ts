/**
 * Named pipes: the engine writes its answer INTO OUTFILE one, this process reads it piece by piece.
 *
 *   engine thread ── write(2), waits when full ──► fifo (64 KiB, pipe(7)) ──► Socket ──► response
 *
 * chDB's own streaming call plans a query on the calling thread (a scalar subquery of one second stops every request
 * for one second) and knows SELECT only; its ordinary call gives the whole answer at once. A pipe has neither fault.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { MapscopeError } from '@mapscope/events';

/** Node has no mkfifo(3); coreutils has. */
export function makeFifo(path: string): void {
  const made = spawnSync('mkfifo', ['-m', '600', path], { encoding: 'utf8' });
  if (made.status === 0) return;
  throw new MapscopeError(
    'SETUP_FAILED',
    `Cannot make the named pipe ${path} (${made.error?.message ?? made.stderr.trim()}): install coreutils, and give a spool directory on a file system of Linux`,
    { facts: { path } },
  );
}

export interface OpenFifo {
  /** ends when `finish` was called and everything is read */
  readonly bytes: Socket;
  /** nothing more will be written */
  readonly finish: () => void;
}

/** One writer at a time opens `path` after this. */
export function openFifo(path: string): OpenFifo {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // Held open, or the reader would see the end before the engine has opened its side (fifo(7)).
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let isOpen = true;
  return {
    bytes: new Socket({ fd: reader, readable: true, writable: false }),
    finish: () => {
      if (isOpen) closeSync(writer);
      isOpen = false;
    },
  };
}
