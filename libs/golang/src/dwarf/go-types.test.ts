import { expect, test } from 'vitest';
import { byteView } from '../elf/byte-view.ts';
import type { ElfFile, Section } from '../elf/elf-file.ts';
import { readGoTypes } from './go-types.ts';

/** Bytes of numbers and texts; a text ends in NUL. */
function bytes(...parts: readonly (number | string | readonly number[])[]): number[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part), 0] : part));
}
const u32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
const u64 = (value: number): number[] => [...u32(value), 0, 0, 0, 0];

// 1 compile unit (name string); 2 struct (name string, byte_size udata, unknown vendor attribute addr);
// 3 member (name string, data_member_location udata, type ref_addr); 4 constant (name, const_value sdata);
// 5 a function (name string, frame base exprloc, low_pc addrx) with children
const ABBREVIATIONS = bytes(
  [1, 0x11, 1, 0x03, 0x08, 0, 0],
  [2, 0x13, 1, 0x03, 0x08, 0x0b, 0x0f, 0x84, 0x58, 0x01, 0, 0],
  [3, 0x0d, 0, 0x03, 0x08, 0x38, 0x0f, 0x49, 0x10, 0, 0],
  [4, 0x27, 0, 0x03, 0x08, 0x1c, 0x0d, 0, 0],
  [5, 0x2e, 1, 0x03, 0x08, 0x40, 0x18, 0x11, 0x1b, 0, 0],
  [0],
);

const ENTRIES = [
  [1, 'runtime'],
  [5, 'runtime.main', 2, [0x9c, 0x9c], 7],
  [3, 'no member of a struct', 1, u32(0)],
  [0],
  [2, 'runtime.g', [0xb8, 0x03], u64(0)],
  [3, 'm', 48, u32(0)],
  [3, 'goid', [0x98, 0x01], u32(0)],
  [0],
  [4, 'internal/abi.minusOne', 0x7f],
  [0],
].flatMap((entry) => bytes(...entry));

const VERSIONS = {
  4: (entries: number[]): number[] => bytes([4, 0], u32(0), 8, entries),
  5: (entries: number[]): number[] => bytes([5, 0], 1, 8, u32(0), entries),
};

function unit(version: 4 | 5, entries: number[]): number[] {
  const content = VERSIONS[version](entries);
  return [...u32(content.length), ...content];
}

interface Part {
  readonly name: string;
  readonly content: readonly number[];
  readonly compressed?: boolean;
}

function file(...parts: readonly Part[]): ElfFile {
  const content = Uint8Array.from(parts.flatMap((part) => part.content));
  let fileOffset = 0;
  const sections = parts.map(({ name, content, compressed = false }): Section => {
    const section = { name, type: 1, address: 0, fileOffset, size: content.length, compressed };
    fileOffset += content.length;
    return section;
  });
  return {
    view: byteView(content),
    arch: 'amd64',
    pie: false,
    segments: [],
    sections,
    section: (name) => sections.find((section) => section.name === name),
    fileOffset: () => undefined,
  };
}

const abbrev: Part = { name: '.debug_abbrev', content: ABBREVIATIONS };
const C_UNIT = unit(5, bytes(1, 'main.c', 2, 'runtime.g', 1, u64(0), 0, 0));

test.each([4, 5] as const)('structs, members and constants of DWARF %i; units of C code are passed over', (version) => {
  const info = { name: '.debug_info', content: [...C_UNIT, ...unit(version, ENTRIES)] };
  const types = readGoTypes(file(info, abbrev), undefined)!;
  expect([...types.structs]).toEqual([
    [
      'runtime.g',
      {
        sizeBytes: 440,
        fields: new Map([
          ['m', 48],
          ['goid', 152],
        ]),
      },
    ],
  ]);
  expect([...types.constants]).toEqual([['internal/abi.minusOne', -1]]);
});

const failing = (): never => {
  throw new Error('bad stream');
};
const content = unit(4, ENTRIES);
const reverse = (stream: Uint8Array, size: number): Uint8Array => {
  expect(stream.length).toBe(size);
  return stream.toReversed();
};
const stream = content.toReversed();

test.each<Part>([
  {
    name: '.debug_info',
    content: [...u32(1), ...u32(0), ...u64(content.length), ...u64(1), ...stream],
    compressed: true,
  },
  { name: '.zdebug_info', content: [...bytes('ZLIB').slice(0, 4), ...u64(content.length).toReversed(), ...stream] },
])('compressed, $name: read with the function given, absent without', (info) => {
  expect(readGoTypes(file(info, abbrev), reverse)!.structs.get('runtime.g')!.fields.get('goid')).toBe(152);
  expect(readGoTypes(file(info, abbrev), undefined)).toBeUndefined();
});

test('a failing decompression, a form not known and a damaged tree are told apart', () => {
  const compressed = { name: '.debug_info', content: [...u32(1), ...u32(0), ...u64(9), ...u64(1)], compressed: true };
  expect(() => readGoTypes(file(compressed, abbrev), failing)).toThrow(/bad stream/);
  const strange = { name: '.debug_abbrev', content: [1, 0x11, 1, 0x03, 0x6f, 0, 0, 0] };
  const info = { name: '.debug_info', content };
  expect(() => readGoTypes(file(info, strange), undefined)).toThrow(
    expect.objectContaining({ code: 'TARGET_UNSUPPORTED' }),
  );
  const cut = { name: '.debug_info', content: content.slice(0, 60) };
  expect(() => readGoTypes(file(cut, abbrev), undefined)).toThrow(
    expect.objectContaining({ code: 'BINARY_MALFORMED' }),
  );
});
