/**
 * What did the holder wait for? While a lock is waited for, its holder may wait for another one, and so on: the end of the chain is
 * what to mend.
 *
 *     request A   ├─────── waits for index ───────┤
 *     request B   (holds index) ├─ waits for disk ─┤      released by sync: index ◄ disk ◄ sync
 *
 * Only waits that are in the evidence are seen: those of requests. Followed while a link covers at least three tenths of the
 * time of the one before; a lock that comes again is a cycle, and ends the chain.
 */
import type { AccountedWindow } from '../accounting/account.ts';
import { heldPieces, lengthOf } from '../accounting/held-pieces.ts';
import type { HeldPiece } from '../accounting/held-pieces.ts';
import { dividedByRelease } from '../accounting/holders.ts';
import type { Releases } from '../accounting/holders.ts';
import { UNKNOWN_SITE } from '../accounting/sites.ts';
import type { BlockingChain, ChainLink } from '../answer.ts';

const MAX_LINKS = 8;
const MIN_SHARE = 0.3;

export function blockingChain(
  window: AccountedWindow,
  releases: Releases,
  first: { readonly waits: Uint32Array; readonly pieces: readonly HeldPiece[] },
): BlockingChain | undefined {
  const { waits, matched } = window;
  const seen = new Set(first.waits.length === 0 ? [] : Array.from(first.waits, (w) => releases.locks.ofWait[w] ?? 0));
  const links: ChainLink[] = [];
  let pieces = first.pieces;
  while (links.length < MAX_LINKS) {
    const next = longestOf(overlaps(window, releases, pieces), lengthOf(pieces));
    if (next === undefined) break;
    const isCycle = seen.has(next.lock);
    const [holder] = dividedByRelease(waits, matched, releases, next.waits);
    links.push({
      waiter: waits.sites[waits.waiterSites[next.waits[0] ?? 0] ?? 0] ?? UNKNOWN_SITE,
      lock: releases.locks.addresses[next.lock] ?? '',
      ...(holder !== undefined && holder.site.function !== '' && { releasedAt: holder.site }),
      share: next.share,
    });
    if (isCycle) return { links, isCycle };
    seen.add(next.lock);
    pieces = heldPieces(matched, releases, next.waits);
  }
  return links.length === 0 ? undefined : { links, isCycle: false };
}

interface Overlap {
  readonly wait: number;
  readonly lock: number;
  readonly nanos: number;
}

/** Waits for other locks by the goroutines that held this one, as far as they lie in its pieces. */
function overlaps(
  { waits, matched }: AccountedWindow,
  releases: Releases,
  pieces: readonly HeldPiece[],
): readonly Overlap[] {
  const { goroutines } = waits;
  if (goroutines === undefined) return [];
  const waitsOf = new Map<number, number[]>(pieces.map(({ released }) => [goroutines.holders[released] ?? 0, []]));
  waitsOf.delete(0);
  for (let w = 0; w < waits.count; w += 1) waitsOf.get(goroutines.waiters[w] ?? 0)?.push(w);
  return pieces.flatMap(({ released, from, to }) =>
    (waitsOf.get(goroutines.holders[released] ?? 0) ?? []).flatMap((wait): readonly Overlap[] => {
      const lock = releases.locks.ofWait[wait] ?? 0;
      const isOther = lock !== releases.locks.ofWait[released];
      const isSame = goroutines.processes[wait] === goroutines.processes[released];
      const nanos = Math.min(to, matched.end[wait] ?? 0) - Math.max(from, matched.start[wait] ?? 0);
      return isOther && isSame && nanos > 0 ? [{ wait, lock, nanos }] : [];
    }),
  );
}

/** The lock that most of the time went to; undefined where that is too little. */
function longestOf(
  found: readonly Overlap[],
  total: number,
): { readonly lock: number; readonly share: number; readonly waits: Uint32Array } | undefined {
  const perLock = Map.groupBy(found, ({ lock }) => lock);
  const sums = [...perLock].map(([lock, list]) => ({ lock, nanos: list.reduce((sum, { nanos }) => sum + nanos, 0) }));
  const [most] = sums.toSorted((a, b) => b.nanos - a.nanos || a.lock - b.lock);
  if (most === undefined || most.nanos < total * MIN_SHARE) return undefined;
  const waits = new Set((perLock.get(most.lock) ?? []).map(({ wait }) => wait));
  return { lock: most.lock, share: Math.min(1, most.nanos / total), waits: Uint32Array.from(waits) };
}
