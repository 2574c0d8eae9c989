/**
 * Seeded worlds: a baseline, a window, and a truth. Every draw comes from the seed, so world 417 is the same for everybody.
 *
 *   usual requests   lognormal around 20 ms (p99 1.8 × the median), 2 400 to 4 800 in each of the two windows
 *   effect           3 to 50 % of the requests of the window, for 2 to 12 times the median (each ± 50 %)
 */
import type { RootCause, Verdict } from '../../answer.ts';
import { seededRng } from '../../statistics/rng.ts';
import type { Rng } from '../../statistics/rng.ts';
import { MS } from '../planted.ts';
import type { Comparison } from '../planted.ts';

export interface World {
  readonly name: string;
  readonly plan: Comparison;
  readonly verdict: Verdict;
  /** of the one who is to be blamed: function or host */
  readonly culprit?: string | undefined;
}

export type Draw = (seed: number) => World;

export interface Size {
  readonly share: number;
  readonly extraNanos: number;
}

export const MEDIAN_NANOS = 20 * MS;

export const between = (rng: Rng, low: number, high: number): number => low + (high - low) * rng();

export const effect = (rng: Rng): Size => ({
  share: between(rng, 0.03, 0.5),
  extraNanos: between(rng, 2, 12) * MEDIAN_NANOS,
});

export const frame = (seed: number): Pick<Comparison, 'seconds' | 'perSecond' | 'seed'> => ({
  seconds: 60,
  perSecond: Math.round(between(seededRng(seed), 40, 80)),
  seed,
});

export const pick = <T>(rng: Rng, among: readonly [T, ...T[]]): T =>
  among[Math.floor(rng() * among.length)] ?? among[0];

export const isBlame = ({ verdict }: RootCause): boolean =>
  verdict !== 'unexplained' && verdict !== 'too-little-evidence';

export const isFound = (answer: RootCause, { verdict, culprit }: World): boolean =>
  answer.verdict === verdict &&
  (culprit === undefined ||
    culprit === answer.cause?.waiter.function ||
    culprit === answer.timeCause?.host ||
    culprit === answer.timeCause?.site?.function);
