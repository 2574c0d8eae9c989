import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archivePieces, copyFolder, writeArchive, type ArchiveEntry } from './archive.ts';

const ENTRIES: readonly ArchiveEntry[] = [
  { kind: 'text', path: 'a', text: 'hello', executable: true },
  { kind: 'link', path: 'b', to: 'a' },
];
const bytesOf = (entries: readonly ArchiveEntry[]): Buffer => Buffer.concat([...archivePieces(entries)]);

test('a header is 110 bytes; name and data end on a multiple of four', () => {
  const bytes = bytesOf(ENTRIES.slice(0, 1));
  const fields = ['00000001', '000081ED', '0', '0', '1', '0', '5', '0', '0', '0', '0', '2', '0'];
  const header = `070701${fields.map((field) => field.padStart(8, '0')).join('')}`;
  expect(bytes.subarray(0, 112).toString('latin1')).toBe(`${header}a\0`);
  expect(bytes.subarray(112, 120).toString('latin1')).toBe('hello\0\0\0');
  expect(bytes.length % 4).toBe(0);
  expect(bytes.subarray(120 + 110).toString('latin1')).toMatch(/^TRAILER!!!\0+$/);
});

const upToFour = (length: number): number => length + ((4 - (length % 4)) % 4);

/** Names, by walking from header to header as the kernel does (init/initramfs.c). */
function namesIn(bytes: Buffer): readonly string[] {
  const names: string[] = [];
  const number = (at: number): number => Number.parseInt(bytes.toString('latin1', at, at + 8), 16);
  for (let at = 0; at < bytes.length;) {
    const [size, nameBytes] = [number(at + 54), number(at + 94)];
    names.push(bytes.toString('latin1', at + 110, at + 109 + nameBytes));
    at += upToFour(110 + nameBytes) + upToFour(size);
  }
  return names;
}

test('a folder comes once, before what is in it, and the end says that it is one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-archive-'));
  try {
    writeFileSync(join(folder, 'x'), 'content');
    writeFileSync(join(folder, 'y'), 'left out');
    const file = join(folder, 'archive');
    writeArchive(file, [...copyFolder(folder, 'deep/er', (name) => name === 'x'), ...ENTRIES]);
    expect(namesIn(readFileSync(file))).toEqual(['deep', 'deep/er', 'deep/er/x', 'a', 'b', 'TRAILER!!!']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
