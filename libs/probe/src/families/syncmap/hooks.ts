/**
 * Family syncmap: sync.Map's operations, in both of its implementations. Store is Swap since Go 1.20, Delete is
 * LoadAndDelete: the compiler inlines what only calls another, so each operation has one place.
 */
import type { FamilySpec, HookSpec } from '../family.ts';

const CLASSIC = 'sync.(*Map).';
/** sync.Map's own instance: since Go 1.24 it is a wrapper around a trie (internal/sync/hashtriemap.go). */
const TRIE = 'internal/sync.(*HashTrieMap[go.shape.interface {},go.shape.interface {}]).';
/** Every operation of the trie makes sure of its root first, so whoever has one has this too. */
export const IS_TRIE = `${TRIE}initSlow`;

const operation = (name: string, hook: number, classic: Partial<HookSpec> = {}): readonly HookSpec[] => {
  const spec = { hook, required: false, effect: `${name} on sync.Maps is not counted` };
  return [
    { function: CLASSIC + name, ...spec, ...classic, onlyWithout: IS_TRIE },
    { function: TRIE + name, ...spec, onlyWith: IS_TRIE },
  ];
};

const classicOnly = (name: string, hook: number, effect: string): HookSpec => ({
  function: CLASSIC + name,
  hook,
  required: false,
  onlyWithout: IS_TRIE,
  effect,
});

const NO_TIMES = 'how long a Range over a sync.Map takes is not told';

export const SYNCMAP: FamilySpec = {
  program: 'family_syncmap',
  kind: 'syncmap_events',
  hooks: [
    ...operation('Load', 36),
    ...operation('Swap', 37, { orElse: [`${CLASSIC}Store`] }),
    ...operation('LoadOrStore', 38),
    ...operation('LoadAndDelete', 39),
    ...operation('CompareAndSwap', 40),
    ...operation('CompareAndDelete', 41),
    ...operation('Range', 42),
    ...operation('Clear', 43),
    classicOnly('missLocked', 44, 'misses and promotions of sync.Maps are not told'),
    classicOnly('dirtyLocked', 45, 'copies that sync.Maps make are not told'),
    ...operation('Range', 46).map((spec): HookSpec => ({ ...spec, at: 'return', effect: NO_TIMES })),
  ],
};
