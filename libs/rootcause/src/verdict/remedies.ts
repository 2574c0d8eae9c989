/** How each cause is mended, in the words of the field. Said as advice: what fits is for whoever knows the program. */
import type { Candidate, TimeCause, TimeKind } from '../answer.ts';
import type { MapConflict } from '../evidence.ts';
import { place } from '../words.ts';

export type LockVerdict = 'contention' | 'rw-writer-pending' | 'hot-shard';

export function lockRemedy(verdict: LockVerdict, lock: Candidate): string {
  const holder = lock.releasedAt === undefined ? 'its holder' : place(lock.releasedAt);
  switch (verdict) {
    case 'contention':
      return `Shorten the critical section in ${holder}: build the new value outside of the lock and swap it in (copy-on-write behind an atomic pointer), do no I/O under the lock, or split the lock into shards by key.${syncMapAdvice(lock)}`;
    case 'rw-writer-pending':
      return `Shorten the read side${lock.slowReader === undefined ? '' : ` in ${place(lock.slowReader)}`}: a writer that waits for one slow reader stops all new readers. Copy what is needed under RLock and work on the copy, do no I/O under RLock, or publish an immutable snapshot (copy-on-write behind an atomic pointer), which readers take without a lock.`;
    case 'hot-shard':
      return 'Spread the hot key: a better hash over the shards, a small cache or a per-CPU copy in front of the hot entry, or a lock of its own for it. More shards alone do not help: one key stays in one shard.';
  }
}

/** sync.Map's own documentation names its two cases; elsewhere a plain map under a lock is better. */
const syncMapAdvice = ({ guards }: Candidate): string =>
  guards === undefined
    ? ''
    : ' sync.Map helps where a key is written once and read often, or where goroutines use disjoint keys; for a map that is written all the time it does not.';

export const CRASH_REMEDY = (conflict: MapConflict | undefined): string =>
  `Guard the map with one lock on every path${conflict === undefined ? ' (switch on the probe family map, or run the tests with -race, to find the lines)' : `: ${place(conflict.site)}${conflict.other === undefined ? '' : ` and ${place(conflict.other)}`}`}, or give each goroutine a copy of its own.`;

const TIME_REMEDIES: Readonly<Record<TimeKind, string>> = {
  gc: 'Allocate less on this path (reuse buffers, sync.Pool, no conversions in loops), or give the collector room: a higher GOGC or a GOMEMLIMIT near the memory limit. The allocation profile (pprof -alloc_space) names the lines.',
  scheduler:
    'Goroutines were ready and had no CPU: compare GOMAXPROCS with the CPU limit of the container (throttling counts as well), look for a busy neighbour, and for goroutines of this program that burn CPU beside the requests.',
  downstream:
    'Ask the same question of that service. Here: a deadline on the call, fewer or batched calls, calls side by side instead of one after the other, a cache in front, a circuit breaker.',
  channel:
    'Back-pressure: whoever is at the other end of the channel is too slow or too few. More workers, a bounded buffer sized for bursts, or shedding load early with select and default instead of queueing.',
  cpu: 'Profile the CPU of this window (pprof) and mend the hottest lines, or give the service more CPU; if the burning goroutines are not the requests themselves, move or throttle them.',
};

export const timeRemedy = (cause: TimeCause): string =>
  cause.kind === 'downstream' && cause.host !== undefined
    ? TIME_REMEDIES.downstream.replace('that service', `\`${cause.host}\``)
    : TIME_REMEDIES[cause.kind];
