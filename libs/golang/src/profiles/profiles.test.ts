import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { contentionSites } from './contention-sites.ts';
import { readProfile } from './profile.ts';

const text = (value: string) => [...new TextEncoder().encode(value)];
const message = (field: number, content: readonly number[]) => [field * 8 + 2, content.length, ...content];
/** Values below 128 are their own varint. */
const number = (field: number, value: number) => [field * 8, value];

const STRINGS = ['', 'contentions', 'count', 'delay', 'nanoseconds', 'sync.(*Mutex).Unlock', 'main.f', 'main.go'];

/** One sample at an Unlock inlined into main.f, the values as given. */
const profile = (values: readonly number[], strings: readonly string[] = STRINGS): Uint8Array =>
  Uint8Array.from([
    ...message(1, [...number(1, 1), ...number(2, 2)]),
    ...message(1, [...number(1, 3), ...number(2, 4)]),
    ...message(2, [...message(1, [1]), ...message(2, values)]),
    ...message(4, [
      ...number(1, 1),
      ...message(4, [...number(1, 1), ...number(2, 9)]),
      ...message(4, [...number(1, 2), ...number(2, 42)]),
    ]),
    ...message(5, [...number(1, 1), ...number(2, 5), ...number(4, 7)]),
    ...message(5, [...number(1, 2), ...number(2, 6), ...number(4, 7)]),
    ...strings.flatMap((value) => message(6, text(value))),
  ]);

test('inlined lines are frames; a site is the line outside sync', () => {
  const read = readProfile(profile([3, 100]));
  expect(read.samples[0]?.frames.map((frame) => frame.function)).toEqual(['sync.(*Mutex).Unlock', 'main.f']);
  expect(contentionSites(read)).toEqual({
    contentions: 3,
    delayNanos: 100,
    sites: [
      {
        function: 'main.f',
        file: 'main.go',
        line: 42,
        operations: ['sync.(*Mutex).Unlock'],
        contentions: 3,
        delayNanos: 100,
      },
    ],
  });
});

test('numbers are of 64 bits with a sign', () => {
  const minusOne = [...Array.from({ length: 9 }, () => 0xff), 1];
  expect(readProfile(profile([1, ...minusOne])).samples[0]?.values).toEqual([1n, -1n]);
});

test.each([
  [new Uint8Array(), 'it is empty'],
  [Uint8Array.from(text('<html>502')), "a proxy's error"],
  [Uint8Array.from(text('--- mutex:\n')), 'without debug=1'],
  [Uint8Array.from(text('goroutine 1 [running]:\n')), 'mapscope dump'],
  [Uint8Array.of(0x1f, 0x8b, 8), 'compressed twice'],
  [profile([1, 2]).subarray(0, -4), 'take it again, whole'],
  [profile([1]), 'more or fewer values'],
  [profile([1, 2], STRINGS.slice(0, 6)), 'string 7 is missing'],
  [Uint8Array.from(text('hello')), 'no pprof profile'],
])('what is no profile is refused with what to do: case %#', (bytes, told) => {
  expect(() => readProfile(bytes)).toThrow(told);
});

test('a profile of something else is refused by what it holds', () => {
  const cpu = ['', 'samples', 'count', 'cpu', 'nanoseconds', ...STRINGS.slice(5)];
  expect(() => contentionSites(readProfile(profile([1, 2], cpu)))).toThrow('holds samples/count, cpu/nanoseconds');
});

test('any bytes are read or refused', () => {
  const good = profile([3, 100]);
  const changed = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 })
    .map((changes) => changes.reduce((bytes, [at, byte]) => bytes.with(at, byte), good));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), changed), (bytes) => {
      try {
        contentionSites(readProfile(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MapscopeError);
      }
    }),
    { interruptAfterTimeLimit: 2_000 },
  );
});
