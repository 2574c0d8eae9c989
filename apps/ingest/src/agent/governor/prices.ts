/** What a hit of each family costs before anything was measured on this target. Pure. */
import { type FamilyName, type Manifest, expectedNanos } from '@mapscope/probe';
import type { HitPrice } from '@mapscope/rollout';

/**
 * Decision 0022: a trap of a push takes 0.48 to 0.57 µs in a loop and 1.2 to 1.5 µs in a busy HTTP server, whose caches the
 * kernel's path has left.
 */
const COLD_NANOS = 950;
/** Of a program; a stack walk (family lock) takes most of what one with it takes. */
const PROGRAM_NANOS = 500;
const WITH_STACK_NANOS = 2_000;
const WITH_STACK: readonly FamilyName[] = ['lock', 'fatal'];

/** Entries and returns are hit in pairs, so the mean over the sites of a family is near that over its hits. */
export function firstPrices({ families, hooks }: Manifest): ReadonlyMap<FamilyName, HitPrice> {
  return new Map(
    families.map((family) => {
      const traps = hooks
        .filter((hook) => hook.family === family)
        .map(({ instruction }) => expectedNanos(instruction) + COLD_NANOS);
      const trapNanos = traps.reduce((sum, nanos) => sum + nanos, 0) / Math.max(1, traps.length);
      return [family, { trapNanos, programNanos: WITH_STACK.includes(family) ? WITH_STACK_NANOS : PROGRAM_NANOS }];
    }),
  );
}
