import { expect, test } from 'vitest';
import { byteView } from '../elf/byte-view.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { mapTypeAt } from './map-type.ts';

const BASE = 0x1000;
const STRING = BASE + 0x100;
const INT32 = BASE + 0x140;
const MAP = 21;

/** A map's descriptor at 0x1000, those of string and int32 behind it, the map's name at 0x1080. */
function file(kind: number, key: number): { elf: ElfFile; pointer: (address: number) => number | undefined } {
  const bytes = new Uint8Array(0x200);
  const data = new DataView(bytes.buffer);
  const name = new TextEncoder().encode('map[string]int32');
  bytes[23] = kind;
  data.setInt32(40, 0x80, true);
  data.setBigUint64(48, BigInt(key), true);
  data.setBigUint64(56, BigInt(INT32), true);
  bytes.set([0, name.length, ...name], 0x80);
  data.setBigUint64(0x100, 16n, true);
  bytes[0x100 + 23] = 24 | 32; // a flag above the kind
  data.setBigUint64(0x140, 4n, true);
  bytes[0x140 + 23] = 5;
  const view = byteView(bytes);
  const fileOffset = (address: number): number | undefined =>
    address >= BASE && address < BASE + bytes.length ? address - BASE : undefined;
  const elf: ElfFile = {
    view,
    arch: 'amd64',
    pie: false,
    segments: [],
    sections: [],
    section: () => undefined,
    fileOffset,
  };
  return { elf, pointer: (address) => view.u64(address - BASE) };
}

test('name, sizes and kinds of key and elem are read', () => {
  const { elf, pointer } = file(MAP, STRING);
  expect(mapTypeAt(elf, BASE, pointer, BASE)).toEqual({
    name: 'map[string]int32',
    keySizeBytes: 16,
    elemSizeBytes: 4,
    keyKind: 'string',
    elemKind: 'int32',
  });
});

test.each([
  ['another kind of type', 25, STRING, BASE],
  ['a key outside the file', MAP, 0xc000000000, BASE],
  ['a key of no kind', MAP, BASE + 0x1a0, BASE],
  ['an address outside the file', MAP, STRING, 0xc000000000],
  ['a descriptor cut off', MAP, STRING, BASE + 0x1f0],
])('%s is no map type', (_, kind, key, address) => {
  const { elf, pointer } = file(kind, key);
  expect(mapTypeAt(elf, BASE, pointer, address)).toBeUndefined();
});
