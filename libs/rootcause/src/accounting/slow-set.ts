/**
 * The slow requests of the spike and how much longer than usual each took.
 */
import { MAX_RATIO_POINTS, resamplesOf } from '../statistics/bootstrap.ts';
import { stableCut } from '../statistics/cut.ts';
import type { Rng } from '../statistics/rng.ts';
import type { Cohort } from './cohort.ts';
import { usualOf, usualPerRoute } from './medians.ts';
import { positionsWhere } from './share.ts';
import type { SlowSet } from './share.ts';

/** Slow: above the p99 of the baseline. In a quiet window that is one request in a hundred, in a total stall all of them. */
export function slowSet(spike: Cohort, baseline: Cohort, bar: number, rng: Rng): SlowSet {
  const at = positionsWhere(spike.count, (r) => (spike.duration[r] ?? 0) > bar);
  const usual = usualPerRoute(spike, usualOf(baseline, baseline.duration));
  return slowAt(spike, at, usual, rng);
}

/** `usual`: duration per route number of the spike. */
export function slowAt(spike: Cohort, at: Uint32Array, usual: Float64Array, rng: Rng): SlowSet {
  const is = new Uint8Array(spike.count);
  for (const r of at) is[r] = 1;
  const extraNanos = new Float64Array(at.length);
  const positions = new Uint32Array(at.length);
  const hashes = new Uint32Array(at.length);
  for (let i = 0; i < at.length; i += 1) {
    const r = at[i] ?? 0;
    extraNanos[i] = (spike.duration[r] ?? 0) - (usual[spike.route[r] ?? 0] ?? 0);
    positions[i] = i;
    hashes[i] = spike.traces.hashes[r] ?? 0;
  }
  return { at, is, extraNanos, resamples: resamplesOf(stableCut(positions, hashes, MAX_RATIO_POINTS), rng) };
}
