/**
 * Bootstrap of one platform's requests, all its columns drawn together. What is drawn depends on the set of requests and the
 * seed, not on their order nor on which other platforms are looked at: rows are put in order first, and each platform's seed comes
 * of its name. Pure.
 */
import type { Estimate } from '../answer.ts';
import { RESAMPLES } from '../statistics/bootstrap.ts';
import { fnv1a } from '../statistics/cut.ts';
import { quantileOfSorted, rankIndex } from '../statistics/quantile.ts';
import { gammaVariate, seededRng } from '../statistics/rng.ts';

/** Drawn from: of more requests so many, by chance. An interval of a cut is wider than that of all, never narrower. */
export const MAX_POINTS = 4000;

export interface Row {
  readonly duration: Float64Array;
  readonly wait: Float64Array;
  readonly own: Float64Array;
}

/** Of each resample: means of the columns, and p99. RESAMPLES of each; empty without requests. */
export interface Resampled {
  readonly wait: Float64Array;
  readonly duration: Float64Array;
  readonly own: Float64Array;
  readonly p99: Float64Array;
}

export function resample(row: Row, name: string, seed: number): Resampled {
  const rng = seededRng(seed ^ fnv1a(name));
  const order = canonical(row);
  const n = Math.min(order.length, MAX_POINTS);
  for (let i = 0; i < n; i += 1) {
    const j = i + Math.floor(rng() * (order.length - i));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  const times = n === 0 ? 0 : RESAMPLES;
  const drawn = {
    wait: new Float64Array(times),
    duration: new Float64Array(times),
    own: new Float64Array(times),
    p99: new Float64Array(times),
  };
  const sorted = row.duration.slice().sort();
  for (let k = 0; k < times; k += 1) {
    let [wait, duration, own] = [0, 0, 0];
    for (let i = 0; i < n; i += 1) {
      const pick = order[Math.floor(rng() * n)] ?? 0;
      wait += row.wait[pick] ?? 0;
      duration += row.duration[pick] ?? 0;
      own += row.own[pick] ?? 0;
    }
    drawn.wait[k] = wait / n;
    drawn.duration[k] = duration / n;
    drawn.own[k] = own / n;
    drawn.p99[k] = drawnQuantile(sorted, 0.99, rng);
  }
  return drawn;
}

/** Equal rows are interchangeable, so any order of the same requests gives the same one. */
function canonical({ duration, wait, own }: Row): Uint32Array {
  return Uint32Array.from(duration.keys()).sort((a, b) => by(duration, a, b) || by(wait, a, b) || by(own, a, b));
}

const by = (values: Float64Array, a: number, b: number): number => (values[a] ?? 0) - (values[b] ?? 0);

/** As bootstrapQuantile does it: without drawing n of n. */
function drawnQuantile(sorted: Float64Array, q: number, rng: () => number): number {
  const n = sorted.length;
  const k = rankIndex(n, q) + 1;
  const below = gammaVariate(rng, k);
  const u = below / (below + gammaVariate(rng, n + 1 - k));
  return sorted[Math.min(n - 1, Math.floor(n * u))] ?? 0;
}

const OUTSIDE = 0.05;
/** Three ratios are read side by side (wait, p99, own time): each is so wide that all three hold at 95 % (Bonferroni). */
const RATIOS = 3;

/** 95 %, and it always holds the value itself. */
export function intervalOf(value: number, estimates: Float64Array, outside = OUTSIDE): Estimate {
  const sorted = estimates.filter(Number.isFinite).sort();
  if (sorted.length === 0) return { value, low: value, high: value };
  return {
    value,
    low: Math.min(value, quantileOfSorted(sorted, outside / 2)),
    high: Math.max(value, quantileOfSorted(sorted, 1 - outside / 2)),
  };
}

/** Above ÷ below, resample by resample; undefined where there is nothing to divide by. */
export function ratioOf(
  values: readonly [number, number],
  drawn: readonly [Float64Array, Float64Array],
): Estimate | undefined {
  const [above, below] = values;
  if (!(below > 0)) return undefined;
  return intervalOf(
    above / below,
    drawn[0].map((each, k) => each / (drawn[1][k] ?? Number.NaN)),
    OUTSIDE / RATIOS,
  );
}
