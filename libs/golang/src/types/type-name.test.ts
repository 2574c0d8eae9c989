import { describe, expect, it } from 'vitest';
import { byteView } from '../elf/byte-view.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { typeNameAt } from './type-name.ts';

const BASE = 0x1000;
const TYPES = BASE + 0x80;

/** One type descriptor at 0x1000, its name at `TYPES + 4`. */
function file(name: string, tflag: number, offset = 4): ElfFile {
  const bytes = new Uint8Array(512);
  const text = new TextEncoder().encode(name);
  bytes[20] = tflag;
  new DataView(bytes.buffer).setInt32(40, offset, true);
  bytes.set(text.length < 128 ? [1, text.length] : [1, 0x80 | (text.length & 127), text.length >> 7], 0x84);
  bytes.set(text, 0x84 + (text.length < 128 ? 2 : 3));
  const fileOffset = (address: number): number | undefined =>
    address >= BASE && address < BASE + bytes.length ? address - BASE : undefined;
  return {
    view: byteView(bytes),
    arch: 'amd64',
    pie: false,
    segments: [],
    sections: [],
    section: () => undefined,
    fileOffset,
  };
}

describe('typeNameAt', () => {
  it.each([
    ['*errors.errorString', 0, '*errors.errorString'],
    ['*main.refusal', 2, 'main.refusal'],
    ['main.größe', 4, 'main.größe'],
    [`struct { ${'x'.repeat(200)} }`, 0, `struct { ${'x'.repeat(200)} }`],
  ])('%s, flags %i', (text, tflag, name) => {
    expect(typeNameAt(file(text, tflag), TYPES, BASE)).toBe(name);
  });

  it('has no name for an address outside the file, a name outside it, or an empty name', () => {
    expect(typeNameAt(file('int', 0), TYPES, 0xc000012000)).toBeUndefined();
    expect(typeNameAt(file('int', 0, 0x100000), TYPES, BASE)).toBeUndefined();
    expect(typeNameAt(file('', 0), TYPES, BASE)).toBeUndefined();
    expect(typeNameAt(file('int', 0), TYPES, BASE + 500)).toBeUndefined();
  });
});
