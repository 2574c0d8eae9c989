import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, onTestFinished, test } from 'vitest';
import { memoryFile } from './memory-file.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'memory-file-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}
const isOpen = (path: string): boolean =>
  readdirSync('/proc/self/fd').some((fd) => linkOf(`/proc/self/fd/${fd}`) === path);

/** Of a descriptor that may be closed by now. */
function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(fd);
  } catch {
    return undefined;
  }
}

test('all chunks are in the file, in order, readable by its owner only', async () => {
  const path = join(folder(), 'a');
  const chunks = [Buffer.alloc(70_000, 1), Buffer.alloc(0), Buffer.from('end')];
  await pipeline(Readable.from(chunks), memoryFile(path));
  expect(readFileSync(path)).toEqual(Buffer.concat(chunks));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a source that breaks ends with its error and leaves no file open', async () => {
  const path = join(folder(), 'b');
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      await Promise.reject(new Error('cut'));
    })(),
  );
  await expect(pipeline(broken, memoryFile(path))).rejects.toThrow('cut');
  expect(isOpen(path)).toBe(false);
});

test('a file that exists is not written over', () => {
  const path = join(folder(), 'c');
  memoryFile(path).destroy();
  expect(() => memoryFile(path)).toThrow('EEXIST');
});
