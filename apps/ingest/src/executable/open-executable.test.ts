import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { makeBinaryCache, readProgram } from './binary-cache.ts';
import { type ExecutableSource, executableProblem } from './executable-problem.ts';
import { looksGo } from './looks-go.ts';
import { openExecutable } from './open-executable.ts';

const folder = mkdtempSync(join(tmpdir(), 'mapscope-executable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const file = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(at(name), bytes);
  return at(name);
};

/** An ELF file of a class (1: 32 bits, 2: 64) with zeros for a header. */
function elf(wordClass: 1 | 2, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wordClass, 1, 1].slice(0, sizeBytes));
  return bytes;
}

async function problemOf(source: ExecutableSource): Promise<MapscopeError> {
  try {
    using executable = openExecutable(source);
    await readProgram(executable);
  } catch (error) {
    if (error instanceof MapscopeError) return error;
    throw error;
  }
  throw new Error('it could be read');
}

describe('bad executables are refused with how to mend it', () => {
  const loop = at('loop');
  symlinkSync(loop, loop);
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  test.each<[string, ExecutableSource, string, RegExp]>([
    ['not there', { by: 'path', path: at('none') }, 'TARGET_NOT_FOUND', /is not there.*give the path/],
    ['a file taken for a folder', { by: 'path', path: `${file('plain', 'x')}/x` }, 'TARGET_NOT_FOUND', /give the path/],
    ['a symlink loop', { by: 'path', path: loop }, 'TARGET_NOT_FOUND', /in a circle: give the path of the program/],
    ['a folder', { by: 'path', path: at('folder') }, 'TARGET_NOT_GO', /is a directory: give the program in it/],
    ['a pipe nobody writes to', { by: 'path', path: at('pipe') }, 'TARGET_NOT_GO', /no regular file: give/],
    ['empty', { by: 'path', path: file('empty', '') }, 'TARGET_NOT_GO', /an empty file.*give the path/],
    ['a script', { by: 'path', path: file('script', '#!/bin/sh\n') }, 'TARGET_NOT_GO', /a script.*give the path/],
    ['no ELF', { by: 'path', path: file('text', 'hello') }, 'TARGET_NOT_GO', /not an ELF file.*give the path/],
    ['32 bits', { by: 'path', path: file('small', elf(1, 64)) }, 'TARGET_NOT_GO', /a 32-bit ELF file.*give/],
    ['truncated', { by: 'path', path: file('cut', elf(2, 40)) }, 'BINARY_MALFORMED', /damaged.*copy the program again/],
    ['not Go', { by: 'path', path: '/bin/sh' }, 'TARGET_NOT_GO', /not a Go program: give the path/],
    ['a pid that is gone', { by: 'pid', pid: 4_194_000 }, 'TARGET_NOT_FOUND', /has ended.*give the pid/],
  ])('%s', async (_name, source, code, message) => {
    expect(await problemOf(source)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test.each<[ExecutableSource['by'], string, string, RegExp]>([
    ['pid', 'EACCES', 'NOT_ROOT', /run as root/],
    ['path', 'EACCES', 'NOT_ROOT', /run as a user who may, such as root, or chmod a\+r it/],
    ['path', 'EPERM', 'NOT_ROOT', /run as a user who may/],
    ['path', 'ETXTBSY', 'TARGET_NOT_FOUND', /text file busy\): wait until it is copied/],
    ['pid', 'ESRCH', 'TARGET_NOT_FOUND', /give the pid of one that runs/],
    ['path', 'EMFILE', 'SETUP_FAILED', /raise ulimit -n/],
    ['path', 'EFBIG', 'TARGET_UNSUPPORTED', /strip its debug information/],
    ['path', 'EIO', 'TARGET_NOT_FOUND', /EIO\): check the file system/],
  ])('by %s, %s', (by, errno, code, message) => {
    const source = by === 'pid' ? { by, pid: 7 } : { by, path: '/x' };
    expect(executableProblem(source, errno)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

test('a file that is written to while it is read is told, not taken for a program', async () => {
  const path = file('growing', elf(2, 100_000));
  using executable = openExecutable({ by: 'path', path });
  const read = executable.readAll();
  appendFileSync(path, 'x');
  await expect(read).rejects.toThrow(/text file busy/);
});

test('what is open stays what it was when its name is given to another file', async () => {
  const path = file('service', 'old');
  using executable = openExecutable({ by: 'path', path });
  file('next', 'new');
  renameSync(at('next'), path);
  expect(new TextDecoder().decode(await executable.readAll())).toBe('old');
  using replaced = openExecutable({ by: 'path', path });
  expect(replaced.version).not.toBe(executable.version);
});

test('only what may be Go is read as a whole', () => {
  using shell = openExecutable({ by: 'path', path: '/bin/sh' });
  const plain = {
    readAt: (from: number, size: number) => new TextEncoder().encode('#!/bin/sh').subarray(from, from + size),
  };
  const bare = { readAt: (from: number, size: number) => elf(2, 64).subarray(from, from + size) };
  expect([looksGo(shell), looksGo(plain), looksGo(bare)]).toEqual([false, false, true]);
});

test('a program is read once for each version of its file, and the cache is bounded', async () => {
  const cache = makeBinaryCache(1);
  const read: string[] = [];
  const fake = (version: string) => ({
    path: '',
    file: '',
    version,
    readAt: () => new Uint8Array(),
    readAll: () => Promise.resolve((read.push(version), elf(1, 64))),
    [Symbol.dispose]: () => undefined,
  });
  for (const version of ['a', 'a', 'b', 'a']) await expect(cache.read(fake(version))).rejects.toThrow(/32-bit/);
  expect(read).toEqual(['a', 'b', 'a']);
});
