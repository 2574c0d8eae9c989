/**
 * What an RWMutex was at when a goroutine queued on it (sync/rwmutex.go): a reader waits as soon as a writer has announced
 * itself, even while that one only waits for older readers to leave; then the lock's holder is a reader.
 *
 * writer_pending: a writer is announced and waits for readers. writer_holding: a writer has the lock, or is letting it go.
 * readers_holding: the row is that pending writer's own. none: not an RWMutex, or the agent did not say.
 */
export const RW_STATES = { none: 0, writer_pending: 1, writer_holding: 2, readers_holding: 3 } as const;
export type RwState = keyof typeof RW_STATES;
