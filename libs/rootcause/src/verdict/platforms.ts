/**
 * The same question per platform: how many of its requests waited on the cause?
 */
import type { PlatformShare } from '../answer.ts';
import type { Cohort } from '../accounting/cohort.ts';
import type { SlowSet } from '../accounting/share.ts';
import { wilson } from '../statistics/proportions.ts';

export function platformShares(cohort: Cohort, slow: SlowSet, waited: Uint8Array): readonly PlatformShare[] {
  const tally = new Map<string, { requests: number; slow: number; waited: number }>();
  for (let r = 0; r < cohort.count; r += 1) {
    const platform = cohort.platforms[r] ?? '';
    const row = tally.get(platform) ?? { requests: 0, slow: 0, waited: 0 };
    tally.set(platform, row);
    row.requests += 1;
    row.slow += slow.is[r] ?? 0;
    row.waited += waited[r] ?? 0;
  }
  return Array.from(tally, ([platform, row]) => ({
    platform,
    requests: row.requests,
    slowRequests: row.slow,
    waiting: wilson(row.waited, row.requests),
  })).sort((a, b) => b.slowRequests - a.slowRequests);
}

/** The one platform that waits, where all others clearly do not: its interval above each of theirs, and theirs under a tenth of it. */
export function onlyPlatform(shares: readonly PlatformShare[]): string | undefined {
  const [first, ...others] = [...shares].sort((a, b) => b.waiting.value - a.waiting.value);
  if (first === undefined || others.length === 0) return undefined;
  const clear = others.every(
    (other) => other.waiting.high < first.waiting.low && other.waiting.value < first.waiting.value / 10,
  );
  return clear ? first.platform : undefined;
}
