import type { GoBinary } from '@mapscope/golang';
import { array, assert, bigInt, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../families.ts';
import { mapConstants } from './constants.ts';
import type { MapHook } from './constants.ts';
import { decodeCounts, gatherCounts, rawCounts, TOLD_MAPS_PER_SITE, uncounted } from './counts.ts';
import type { MapCount } from './counts.ts';
import { createMapCountReader } from './count-reader.ts';
import { FIRST_RETURN_HOOK, FIRST_WRITE_HOOK, MAP_WRITES } from './hooks.ts';
import { keyClass, mapTypeName } from './key-class.ts';
import { createMapTypes } from './map-types.ts';

const ONE: MapCount = {
  map: 0xc000n,
  type: 0x4000n,
  callerPc: 0x5000n,
  lock: 0n,
  lockStack: 0,
  op: 3,
  keyFunction: 2,
  lengthClass: 0,
  count: 7n,
  maps: 1,
};

const type = (keyKind: string, keySizeBytes: number, name = 'map[k]v') =>
  // Only kinds that the cases below spell out.
  ({ name, keyKind, keySizeBytes, elemKind: 'int', elemSizeBytes: 8 }) as Parameters<typeof keyClass>[0];

const total = (all: readonly MapCount[]): bigint => all.reduce((sum, one) => sum + one.count, 0n);

describe('keyClass', () => {
  it.each<[string, ReturnType<typeof type>, number, number, string]>([
    ['a number', type('int64', 8), 2, 0, 'int64'],
    ['a short string', type('string', 16), 4, 2, 'string of 1–8 bytes'],
    ['an empty one', type('string', 16), 4, 1, 'string of 0 bytes'],
    ['a long one', type('string', 16), 4, 5, 'string of more than 128 bytes'],
    ['one whose length is not known', type('string', 16), 0, 0, 'string'],
    ['a struct', type('struct', 24), 0, 0, 'struct of 24 bytes'],
    ['an array', type('array', 20), 0, 0, 'array of 20 bytes'],
    ['a pointer', type('ptr', 8), 3, 0, 'pointer'],
    ['an interface', type('interface', 16), 0, 0, 'interface'],
    ['a type made at run time, by the function alone', undefined, 2, 0, '8 bytes'],
    ['the same, a string', undefined, 4, 3, 'string of 9–32 bytes'],
    ['nothing known', undefined, 0, 0, ''],
  ])('%s', (_, known, keyFunction, lengthClass, expected) => {
    expect(keyClass(known, keyFunction, lengthClass)).toBe(expected);
  });

  it.each([
    ['map[go.shape.int64]int', 'map[int64]int'],
    ['map[go.shape.string_0]go.shape.*uint8_1', 'map[string]*uint8'],
    ['map[string]int', 'map[string]int'],
  ])('the type %s is told as %s', (name, expected) => {
    expect(mapTypeName(type('int64', 8, name))).toBe(expected);
  });

  it('the name of a type without a name is cut', () => {
    expect(mapTypeName(type('struct', 8, `map[struct { ${'x'.repeat(300)} }]int`))).toHaveLength(200);
  });
});

describe('counts', () => {
  it('are decoded as the kernel keeps them', () => {
    const key = new DataView(new ArrayBuffer(40));
    for (const [index, word] of [0xc000n, 0x4000n, 0x5000n, 0n].entries()) key.setBigUint64(8 * index, word, true);
    key.setInt32(32, 0, true);
    key.setUint8(36, 3);
    key.setUint8(37, 2);
    expect(decodeCounts(new Uint8Array(key.buffer), new Uint8Array(BigUint64Array.of(7n).buffer))).toEqual([ONE]);
  });

  it('of many maps at one line: the busiest by themselves, the others together, and the sum is the same', () => {
    const counts = Array.from({ length: 20 }, (_, index) => ({ ...ONE, map: BigInt(index + 1), count: BigInt(index) }));
    const gathered = gatherCounts(counts);
    expect(gathered).toHaveLength(TOLD_MAPS_PER_SITE + 1);
    expect(gathered[0]).toMatchObject({ map: 20n, count: 19n, maps: 1 });
    expect(gathered.at(-1)).toMatchObject({ map: 0n, maps: 20 - TOLD_MAPS_PER_SITE });
  });

  it('never lose or add one, whatever was counted, and the rows of a line are bounded', () => {
    const few = bigInt(0n, 2n);
    const count = record({ map: bigInt(1n, 60n), type: few, callerPc: few, count: bigInt(1n, 1000n) });
    assert(
      property(array(count, { maxLength: 300 }), (drawn) => {
        const counts = drawn.map((one) => ({ ...ONE, ...one }));
        const gathered = gatherCounts(counts);
        expect(total(gathered)).toBe(total(counts));
        expect(gathered.reduce((sum, one) => sum + one.maps, 0)).toBe(counts.length);
        expect(gathered.length).toBeLessThanOrEqual(9 * (TOLD_MAPS_PER_SITE + 1));
      }),
      { interruptAfterTimeLimit: 2000 },
    );
  });

  it('what found no room is told by operation', () => {
    const after = BigUint64Array.of(5n, 0n, 0n, 9n);
    expect(uncounted(BigUint64Array.of(0n, 0n, 0n, 4n), after)).toMatchObject([{ op: 3, count: 5n, maps: 0, map: 0n }]);
  });

  it('become raw events: guards with the stack of their lock', () => {
    const raw = rawCounts([ONE, { ...ONE, lock: 0x99n, lockStack: 12 }], { fromNanos: 1000n, nanos: 50n });
    expect([...raw.columns.kind]).toEqual([1, 5]);
    expect([...raw.columns.stack]).toEqual([-1, 12]);
    expect([...raw.columns.sema_address]).toEqual([0n, 0x99n]);
    expect([...raw.columns.ts]).toEqual([1000n, 1000n]);
    expect([...raw.columns.count]).toEqual([7n, 7n]);
    expect(raw.columns.other_stack).toHaveLength(2 * 160);
  });
});

describe('createMapCountReader', () => {
  it('empties a table only when no program is inside it any more, and uses the two in turn', async () => {
    const drained: number[] = [];
    const sides: number[] = [];
    let looks = 0;
    const empty = { keys: new Uint8Array(0), values: new Uint8Array(0) };
    const reader = createMapCountReader(
      {
        update: (_, __, value) => void sides.push(value[0] ?? 9),
        lookup: (fd) => {
          if (fd !== 2) return new Uint8Array(8);
          // Two processors; on the second one a program is inside table 0 for two looks.
          looks++;
          return new Uint8Array(BigUint64Array.of(0n, 0n, looks < 3 ? 1n : 0n, 5n).buffer);
        },
        takeAll: (fd) => {
          drained.push(fd);
          return empty;
        },
      },
      { side: 1, inside: 2, counts: [10, 11], uncounted: 3 },
      2,
    );
    await reader.take();
    expect({ sides, drained, looks }).toEqual({ sides: [1], drained: [10], looks: 3 });
    reader.takeRest();
    expect(drained).toEqual([10, 10, 11]);
  });
});

const hook = (name: string, number: number, offset = 10) => ({ function: name, hook: number, offset });
const unseen = (...hooks: readonly MapHook[]): number => mapConstants(binary(24, {}), hooks).map_unseen_writes;
const binary = (minor: number, functions: Readonly<Record<string, number>>) =>
  // What is not here is not asked for.
  ({
    goVersion: { text: `go1.${minor}`, major: 1, minor, patch: 0 },
    modules: { path: '', main: undefined, dependencies: [], settings: new Map() },
    lookup: (name: string) => {
      const entry = functions[name];
      return entry === undefined ? undefined : { name, entry, size: 64 };
    },
  }) as unknown as GoBinary;

describe('mapConstants', () => {
  it('Go 1.27: a read that came through mapaccess1_fast64 is found from the site in mapaccess2_fast64', () => {
    const functions = { 'runtime.mapaccess1_fast64': 0x2000, 'runtime.mapaccess2_fast64': 0x3000 };
    const constants = mapConstants(binary(27, functions), [hook('runtime.mapaccess2_fast64', 56)]);
    expect(constants).toMatchObject({
      access_fast64_from: (0x2000 - 0x3000 - 10) >>> 0,
      access_fast64_bytes: 64,
      access_bytes: 0,
      map_flag_offset: 34,
    });
  });

  it('where mapaccess1_fast64 is probed itself it wraps nothing; the fat ones wrap mapaccess1', () => {
    const functions = {
      'runtime.mapaccess1': 0x1000,
      'runtime.mapaccess1_fat': 0x900,
      'runtime.mapaccess1_fast64': 0x2000,
      'runtime.mapaccess2_fast64': 0x3000,
    };
    const hooks = [
      hook('runtime.mapaccess1', 50),
      hook('runtime.mapaccess1_fast64', 52),
      hook('runtime.mapaccess2_fast64', 56),
    ];
    expect(mapConstants(binary(19, functions), hooks)).toMatchObject({
      access_fast64_bytes: 0,
      fat_callee_op: 1,
      fat1_from: (0x900 - 0x1000 - 10) >>> 0,
      fat2_bytes: 0,
      map_flag_offset: 8,
      map_flag_mask: 4,
    });
  });

  it('only writes whose end is probed open a window', () => {
    expect(mapConstants(binary(24, {}), []).map_window_hooks).toBe(0);
    const hooks = [hook('runtime.mapassign', FIRST_RETURN_HOOK), hook('runtime.mapclear', FIRST_RETURN_HOOK + 9)];
    expect(mapConstants(binary(24, {}), hooks).map_window_hooks).toBe(0b10_0000_0001);
  });

  it('a write whose end is not probed keeps the flag watched', () => {
    const assign = hook('runtime.mapassign', FIRST_WRITE_HOOK);
    expect(unseen()).toBe(0);
    expect(unseen(assign)).toBe(1);
    expect(unseen(assign, hook('runtime.mapassign', FIRST_RETURN_HOOK))).toBe(0);
    expect(unseen(assign, hook('runtime.mapclear', FIRST_RETURN_HOOK + 9))).toBe(1);
  });

  it('the hooks of a write and of its end are as far from their first', () => {
    for (const [index, name] of MAP_WRITES.entries()) {
      const found = FAMILIES.map.hooks.filter((spec) => spec.function === `runtime.${name}`);
      expect(found.map((spec) => spec.hook)).toEqual([FIRST_WRITE_HOOK + index, FIRST_RETURN_HOOK + index]);
    }
  });
});

describe('createMapTypes', () => {
  it('reads each address once, also where there is no type', () => {
    const asked: bigint[] = [];
    const types = createMapTypes((address) => {
      asked.push(address);
      return undefined;
    });
    expect([types(5n), types(5n), types(0n)]).toEqual([undefined, undefined, undefined]);
    expect(asked).toEqual([5n]);
  });
});
