/**
 * Which sync object a goroutine waits on, told from the frames of its stack. Pure. The probe sees the address of a
 * semaphore; people know the Mutex around it. Field offsets, the same in Go 1.19 … 1.27 (sync/mutex.go, rwmutex.go;
 * from 1.24 sync.Mutex wraps internal/sync.Mutex at offset 0):
 *
 *    Mutex   ┌ state ┬ sema ┐          RWMutex ┌ w Mutex ┬ writerSem ┬ readerSem ┬ …
 *            0       4      8                  0         8           12
 *
 * A WaitGroup's semaphore moved between versions (waitgroup.go): there lock_addr stays the semaphore's address, which
 * tells one WaitGroup from another just as well.
 */
import type { LockKind } from '@mapscope/events';
import type { Frame } from '@mapscope/golang';
import { isMachinery } from './package-of.ts';

export interface LockShape {
  readonly kind: LockKind;
  /** to subtract from the semaphore's address */
  readonly semaOffset: number;
}

export const MUTEX_SEMA = 4;
const WRITER_SEM = 8;
const READER_SEM = 12;

const MUTEX_SLOW = /^(internal\/)?sync\.\(\*Mutex\)\.lockSlow$/;
const RWMUTEX_LOCK = 'sync.(*RWMutex).Lock';
const RWMUTEX_RLOCK = 'sync.(*RWMutex).RLock';
const WAITGROUP_WAIT = 'sync.(*WaitGroup).Wait';
/** Waits for the collector or for its world to stop: mgc.go, mgcmark.go, proc.go. */
const GC = /^runtime\.(gc[A-Z]\w*|GC|stopTheWorld\w*|bgsweep|ReadMemStats|\(\*gcWork\).*)$/;

export function lockOf(frames: readonly Frame[]): LockShape {
  const names = machineryAround(frames);
  const has = (name: string): boolean => names.includes(name);
  // RWMutex.Lock takes its inner Mutex w (offset 0) before it waits for readers.
  if (names.some((name) => MUTEX_SLOW.test(name))) {
    return { kind: has(RWMUTEX_LOCK) ? 'rwmutex_write' : 'mutex', semaOffset: MUTEX_SEMA };
  }
  if (has(RWMUTEX_RLOCK)) return { kind: 'rwmutex_read', semaOffset: READER_SEM };
  if (has(RWMUTEX_LOCK)) return { kind: 'rwmutex_write', semaOffset: WRITER_SEM };
  if (has(WAITGROUP_WAIT)) return { kind: 'waitgroup', semaOffset: 0 };
  if (names.some((name) => GC.test(name))) return { kind: 'gc', semaOffset: 0 };
  return { kind: 'other', semaOffset: 0 };
}

/** The innermost frames up to the first of user code: what lies further out says nothing about this wait. */
function machineryAround(frames: readonly Frame[]): readonly string[] {
  const end = frames.findIndex((frame) => !isMachinery(frame.function));
  return frames.slice(0, end < 0 ? frames.length : end).map((frame) => frame.function);
}
