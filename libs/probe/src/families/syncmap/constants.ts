/** What the program of family syncmap must know of sync.Map up to Go 1.23 (sync/map.go). Pure; the manifest asks for it. */
export type SyncmapConstants = Readonly<
  Record<'syncmap_read_offset' | 'syncmap_dirty_offset' | 'syncmap_misses_offset', number>
>;

/**
 *            Go ≤ 1.19                          since 1.20
 *       0    mu      Mutex                      mu      Mutex
 *       8    read    atomic.Value {type, data}  read    atomic.Pointer[readOnly]
 *      16                                       dirty   map
 *      24    dirty   map                        misses  int
 *      32    misses  int
 *
 * An atomic.Value's data is a pointer to the readOnly, since that is no pointer itself. DWARF of Go 1.19.8, 1.21.13,
 * 1.23.5, and of 1.24.4 with GOEXPERIMENT=nosynchashtriemap. A trie (Go ≥ 1.24) has none of it, and none is read there.
 */
export function syncmapConstants(minor: number, isTrie: boolean): SyncmapConstants {
  if (isTrie) return { syncmap_read_offset: 0, syncmap_dirty_offset: 0, syncmap_misses_offset: 0 };
  return minor < 20
    ? { syncmap_read_offset: 16, syncmap_dirty_offset: 24, syncmap_misses_offset: 32 }
    : { syncmap_read_offset: 8, syncmap_dirty_offset: 16, syncmap_misses_offset: 24 };
}
