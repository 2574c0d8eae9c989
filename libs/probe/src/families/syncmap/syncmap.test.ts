import { SYNCMAP_EVENT_KINDS } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { planFamily } from '../../manifest.ts';
import type { SiteFinder } from '../../sites/find-sites.ts';
import { syncmapConstants } from './constants.ts';
import { createDifferences, decodeCounts, KEY_BYTES, rawCounts, uncountedCounts, VALUE_BYTES } from './counts.ts';
import { IS_TRIE } from './hooks.ts';

const one = (count: bigint, callerPc = 1n) => ({ map: 0xc0n, callerPc, op: 1, count, stack: 5 });

const finder = (has: (name: string) => boolean): SiteFinder => ({
  arch: 'amd64',
  lookup: (name) => (has(name) ? { name, entry: 0x1000, size: 64 } : undefined),
  site: () => ({ fileOffset: 0x1006, offset: 6, instruction: 'push', reentrant: false }),
  calls: () => [],
  callers: () => [],
  whyUnreadable: () => undefined,
  costlySite: () => ({ fileOffset: 0x1000, offset: 0, instruction: 'other', reentrant: false }),
  returns: () => [{ fileOffset: 0x1020, offset: 0x20 }],
  inlines: () => false,
});
const functions = (has: (name: string) => boolean): readonly string[] =>
  planFamily('syncmap', finder(has)).hooks.map((hook) => hook.function);
const isClassic = (name: string): boolean => name !== IS_TRIE && name !== 'sync.(*Map).Swap';

describe('counts', () => {
  it('are told as differences, each once', () => {
    const differences = createDifferences();
    expect(differences([one(3n), one(2n, 2n)])).toEqual([one(3n), one(2n, 2n)]);
    expect(differences([one(3n), one(4n, 2n)])).toEqual([one(2n, 2n)]);
    expect(differences([one(3n), one(4n, 2n)])).toEqual([]);
  });

  it('are read as bpf/maps.h lays them out', () => {
    const keys = new Uint8Array(KEY_BYTES);
    const values = new Uint8Array(VALUE_BYTES);
    new BigUint64Array(keys.buffer).set([0xc0n, 1n, 1n]);
    new BigUint64Array(values.buffer)[0] = 3n;
    new Int32Array(values.buffer)[2] = 5;
    expect(decodeCounts(keys, values)).toEqual([one(3n)]);
  });

  it('of maps that found no room lack the map only', () => {
    expect(uncountedCounts([0n, 7n])[1]).toEqual({ map: 0n, callerPc: 0n, op: 1, count: 7n, stack: -1 });
  });

  it('become records of their window', () => {
    const { rows, columns } = rawCounts([one(3n)], { fromNanos: 10n, nanos: 20n });
    expect(rows).toBe(1);
    expect([columns.ts[0], columns.duration_ns[0], columns.count[0], columns.stack[0]]).toEqual([10n, 20n, 3n, 5]);
    expect(columns.event[0]).toBe(SYNCMAP_EVENT_KINDS.count);
  });
});

describe('the two implementations', () => {
  it('a trie is hooked at the trie, though it has the wrappers too', () => {
    expect(functions(() => true).every((name) => name.includes('HashTrieMap'))).toBe(true);
  });

  it('without a trie the map itself is, Store where there is no Swap', () => {
    expect(functions(isClassic)).toContain('sync.(*Map).Store');
    expect(functions(isClassic).some((name) => name.includes('HashTrieMap'))).toBe(false);
  });

  it('of a trie nothing is read', () => {
    expect(Object.values(syncmapConstants(26, true))).toEqual([0, 0, 0]);
    expect(Object.values(syncmapConstants(19, false))).toEqual([16, 24, 32]);
    expect(Object.values(syncmapConstants(24, false))).toEqual([8, 16, 24]);
  });
});
