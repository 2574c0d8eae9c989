import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteView } from '../elf/byte-view.ts';
import { pcValue } from './pc-value.ts';

interface Run {
  readonly value: number;
  readonly length: number;
}

function uvarint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uvarint(value >>> 7)];
}

/** As cmd/internal/obj funcpctab writes it; offset 0 of the tables means "no table", so one byte stands before. */
function encode(runs: readonly Run[], quantum: number): Uint8Array {
  let before = -1;
  const bytes = runs.flatMap(({ value, length }) => {
    const delta = value - before;
    before = value;
    return [...uvarint(((delta << 1) ^ (delta >> 31)) >>> 0), ...uvarint(length / quantum)];
  });
  return Uint8Array.from([0, ...bytes, 0]);
}

test('a table gives back the value of every run that was written, and -1 behind the last', () => {
  const run = fc.record({ value: fc.integer({ min: -1, max: 100_000 }), steps: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 20 }), fc.constantFrom(1, 4), (steps, quantum) => {
      // Neighbouring runs differ, or they would be one run.
      const runs = steps
        .map(({ value, steps: length }) => ({ value, length: length * quantum }))
        .filter(({ value }, index, all) => index === 0 || value !== all[index - 1]?.value);
      const tables = { view: byteView(encode(runs, quantum)), pcs: 0, quantum };
      let at = 0;
      for (const { value, length } of runs) {
        expect([pcValue(tables, 1, at), pcValue(tables, 1, at + length - 1)]).toEqual([value, value]);
        at += length;
      }
      expect(pcValue(tables, 1, at)).toBe(-1);
    }),
    { interruptAfterTimeLimit: 3000 },
  );
});

test('table 0 is no table', () => {
  expect(pcValue({ view: byteView(new Uint8Array(1)), pcs: 0, quantum: 1 }, 0, 5)).toBe(-1);
});

test.each([
  ['the file ends inside it', [0, 2]],
  ['a number has no end', [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
])('a table is malformed where %s', (_, bytes) => {
  expect(() => pcValue({ view: byteView(Uint8Array.from(bytes)), pcs: 0, quantum: 1 }, 1, 50)).toThrow('damaged');
});
