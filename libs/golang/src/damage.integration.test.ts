/**
 * Real programs, damaged: cut off anywhere, bytes changed where it hurts (heads, tables, DWARF) or anywhere. Each ends in
 * an answer or in a MapscopeError, and soon.
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { MapscopeError } from '@mapscope/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGo, toolchains } from '../testdata/toolchains.ts';
import { findEntrySite, findReturnSites, readGoBinary } from './index.ts';
import type { GoBinary, Inflate } from './index.ts';
import { readElf } from './elf/elf-file.ts';

const RUN_MILLIS = 6_000;
/** A whole reading of the undamaged program takes some ten milliseconds. */
const MOST_MILLIS = 5_000;
const NAMES = ['runtime.semacquire1', 'runtime.mapassign', 'main.main', 'runtime.memmove'];
const inflate: Inflate = (compressed, sizeBytes) => inflateSync(compressed, { maxOutputLength: sizeBytes });

function askEverything(binary: GoBinary): void {
  for (const name of NAMES) {
    const fn = binary.lookup(name);
    if (fn === undefined) continue;
    for (let at = 0; at < 64; at += 4) binary.frames(fn.entry + at);
    unlessTyped(() => findEntrySite(binary, fn));
    unlessTyped(() => findReturnSites(binary, fn));
  }
  const [first] = binary.loadSegments;
  for (let at = 0; at < 4096; at += 64) {
    binary.mapType((first?.vaddr ?? 0) + at);
    binary.typeName((first?.vaddr ?? 0) + at);
  }
  unlessTyped(() => binary.mapLayout());
  unlessTyped(() => binary.structOffsets());
}

function unlessTyped(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof MapscopeError)) throw error;
    expect(error.message.length).toBeGreaterThan(20);
  }
}

function examine(bytes: Uint8Array): void {
  const start = performance.now();
  unlessTyped(() => askEverything(readGoBinary(bytes, { inflate })));
  expect(performance.now() - start).toBeLessThan(MOST_MILLIS);
}

/** Where a changed byte is likely to be read. */
function tenderSpots(bytes: Uint8Array): readonly (readonly [start: number, end: number])[] {
  const elf = readElf(bytes);
  const headers = bytes.length - elf.sections.length * 64;
  const tables = elf.sections
    .filter(({ name }) => /pclntab|buildinfo|go\.module|debug_(info|abbrev)|rela|note/.test(name))
    .map(({ fileOffset, size }) => [fileOffset, fileOffset + Math.min(size, 4096)] as const);
  return [[0, 1024], [headers, bytes.length], [0, bytes.length], ...tables.filter(([from, to]) => to > from)];
}

test.skipIf(toolchains.length > 0)('damaged Go programs', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

describe.each(toolchains)('programs of %s', (root) => {
  test.each<[string, readonly string[]]>([
    ['as built', ['-ldflags=-compressdwarf=false']],
    ['position independent, stripped', ['-buildmode=pie', '-ldflags=-s -w']],
  ])('%s: cut off anywhere', (_, flags) => {
    const whole = readFileSync(buildGo({ root, program: 'types', flags }));
    fc.assert(
      fc.property(fc.nat(whole.length), (size) => examine(whole.subarray(0, size))),
      { numRuns: 300, interruptAfterTimeLimit: RUN_MILLIS },
    );
  });

  test.each<[string, readonly string[]]>([
    ['as built', ['-ldflags=-compressdwarf=false']],
    ['compressed DWARF', []],
    ['position independent, stripped', ['-buildmode=pie', '-ldflags=-s -w']],
  ])('%s: bytes changed', (_, flags) => {
    const whole = readFileSync(buildGo({ root, program: 'types', flags }));
    const spots = tenderSpots(whole);
    const place = fc.constantFrom(...spots).chain(([from, to]) => fc.integer({ min: from, max: to - 1 }));
    const value = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
    const changes = fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (list) => {
        const before = list.map(([at]) => whole[at] ?? 0);
        for (const [at, byte] of list) whole[at] = byte;
        try {
          examine(whole);
        } finally {
          for (const [index, [at]] of [...list.entries()].toReversed()) whole[at] = before[index] ?? 0;
        }
      }),
      { numRuns: 300, interruptAfterTimeLimit: RUN_MILLIS },
    );
  });
});
