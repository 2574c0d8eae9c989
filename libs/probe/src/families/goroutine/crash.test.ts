import { describe, expect, it } from 'vitest';
import { crashNote, readCrash } from './crash.ts';
import { FLIGHT_CRASH } from './layout.ts';
import { flightSlots } from './recorder.ts';

function crashValue(ts: bigint, goid: bigint, hook: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(FLIGHT_CRASH.sizeBytes));
  view.setBigUint64(FLIGHT_CRASH.ts, ts, true);
  view.setBigUint64(FLIGHT_CRASH.goid, goid, true);
  view.setUint32(FLIGHT_CRASH.hook, hook, true);
  const value = new Uint8Array(view.buffer);
  value[FLIGHT_CRASH.text_length] = 3;
  value.set(new TextEncoder().encode('all but the rest'), FLIGHT_CRASH.text);
  return value;
}

describe('readCrash', () => {
  it.each([
    [0n, 94, undefined],
    [5n, 94, 'fatal'],
    [5n, 95, 'throw'],
    [5n, 96, 'panic'],
  ])('at %s by hook %i: %s', (at, hook, expected) => {
    expect(readCrash(crashValue(at, 9n, hook))).toEqual(expected && { reason: expected, at, goid: 9n, text: 'all' });
  });
});

describe('crashNote', () => {
  it.each([
    ['concurrent map writes', undefined, /only the stack of the goroutine that crashed/],
    ['sync: unlock of unlocked mutex', undefined, /^$/],
    ['sync: unlock of unlocked mutex', { goid: 7n, stack: 0xabcn }, /^$/],
    [
      'concurrent map writes',
      { goid: 7n, stack: 0xabcn },
      /both stacks .* this one, and 0000000000000abc of goroutine 7/,
    ],
  ] as const)('%s, conflict %o', (text, conflict, expected) => {
    expect(crashNote({ text }, conflict)).toMatch(expected);
  });
});

describe('flightSlots', () => {
  it.each([
    [16 << 20, 2, 131_072],
    [16 << 20, 3, 65_536],
    [32 << 10, 2, 256],
    [undefined, 2, 131_072],
    [undefined, 4096, 256],
  ])('%s bytes on %i CPUs: %i slots each', (sizeBytes, cpus, expected) => {
    expect(flightSlots(sizeBytes, cpus)).toBe(expected);
  });

  it.each([
    [1000, 2],
    [2 ** 31, 2],
  ])('%i bytes on %i CPUs are refused, with what is possible', (sizeBytes, cpus) => {
    expect(() => flightSlots(sizeBytes, cpus)).toThrow(/give 32768 to 1073741824/);
  });
});
