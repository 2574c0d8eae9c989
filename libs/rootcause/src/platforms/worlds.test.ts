/** Seeded worlds: equal platforms are told equal, and a planted ratio is found with the truth inside its interval. */
import { expect, test } from 'vitest';
import { seededRng } from '../statistics/rng.ts';
import { comparePlatforms } from './compare.ts';
import { ARM64, plantedComparison, type World } from './testing.ts';

/** 8 000 requests each; MAPSCOPE_WORLDS=200 makes as many of each kind. */
const WORLDS = Number(process.env['MAPSCOPE_WORLDS'] ?? 20);
const ENOUGH = Math.floor(WORLDS * 0.95);
const PER_SECOND = 130;
const MINUTES = 60_000 * Math.max(1, WORLDS / 20);
const seeds = Array.from({ length: WORLDS }, (_, i) => i + 1);

function arm64Of(world: World) {
  const { platforms } = comparePlatforms(plantedComparison(world));
  const against = platforms.find(({ platform }) => platform === ARM64)?.against;
  // Which of the two served more and is the reference is chance: the ratio is turned to arm64 ÷ amd64.
  if (against !== undefined) return { verdict: against.verdict, wait: against.wait };
  const other = platforms.find(({ platform }) => platform !== ARM64)?.against;
  const { value = 0, low = 0, high = 0 } = other?.wait ?? {};
  const turned = { 'waits-longer': 'waits-shorter', 'waits-shorter': 'waits-longer' } as const;
  const verdict = other?.verdict;
  return {
    verdict: verdict === 'waits-longer' || verdict === 'waits-shorter' ? turned[verdict] : verdict,
    wait: { value: 1 / value, low: 1 / high, high: 1 / low },
  };
}

test(
  `equal platforms: "no difference" in at least ${ENOUGH} of ${WORLDS} worlds`,
  () => {
    const verdicts = seeds.map((seed) => arm64Of({ seed, perSecond: PER_SECOND }).verdict);
    expect(verdicts.filter((verdict) => verdict === 'no-difference').length).toBeGreaterThanOrEqual(ENOUGH);
    expect(verdicts).not.toContain('waits-longer');
    expect(verdicts).not.toContain('waits-shorter');
  },
  MINUTES,
);

test(
  `a planted ratio: found, with the ratio inside the interval, in at least ${ENOUGH} of ${WORLDS} worlds`,
  () => {
    const rng = seededRng(20_261_120);
    const found = seeds.map((seed) => {
      const waitRatio = 1.4 + 1.6 * rng();
      const { verdict, wait } = arm64Of({ seed: 1000 + seed, waitRatio, perSecond: PER_SECOND });
      return verdict === 'waits-longer' && wait !== undefined && wait.low <= waitRatio && waitRatio <= wait.high;
    });
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(ENOUGH);
  },
  MINUTES,
);
