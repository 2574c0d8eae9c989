/**
 * The usual level of p99 and the bar above it, from quiet points of a latency series. Robust: median and MAD
 * (median absolute deviation; × 1.4826 it estimates σ of normal noise), so a few odd points move neither. On a logarithmic
 * scale, because the noise of p99 is skewed: the p99 of a hundred requests doubles by chance more often than it halves.
 */
import { quantile } from '../statistics/quantile.ts';

export interface Level {
  readonly usualNanos: number;
  /** p99 above this is not noise */
  readonly barNanos: number;
  /** p99 above this is above every quiet point, and more than nobody would ask about */
  readonly aboveAllNanos: number;
  /** p99 below this is a fall to a new level */
  readonly fallNanos: number;
}

/** 4 σ: two points in a row above it by chance are rarer than one in 10⁸ under normal noise. */
const SIGMAS = 4;
const MAD_TO_SIGMA = 1.4826;
/** A rise nobody would ask about is no spike: at least half as much again, and at least 1 ms. */
const MIN_RISE = 1.5;
const MIN_RISE_NANOS = 1_000_000;
/**
 * A rise that everybody would ask about. Noise with two modes (a machine that is busy now and then) has a MAD of half its
 * log range, and 4 σ of that is a bar of 30 × the usual that no spike reaches; the extremes below still count.
 */
const MAX_RISE = 8;
/** Where every fifth point is an outlier (a rare slow call at a low rate), median and MAD do not see it; the 95th percentile does; downwards the 5th. */
const ABOVE_USUAL_EXTREMES = 1.2;

export function levelOf(quiet: readonly number[]): Level {
  const values = Float64Array.from(quiet);
  const logs = values.map((value) => Math.log(Math.max(1, value)));
  const middle = quantile(logs, 0.5);
  const deviations = logs.map((value) => Math.abs(value - middle));
  const noise = Math.exp(SIGMAS * MAD_TO_SIGMA * quantile(deviations, 0.5));
  const usualNanos = quantile(values, 0.5);
  const factor = Math.min(MAX_RISE, Math.max(noise, MIN_RISE));
  const asked = Math.max(usualNanos * MIN_RISE, usualNanos + MIN_RISE_NANOS);
  return {
    usualNanos,
    aboveAllNanos: Math.max(asked, quantile(values, 1)),
    barNanos: Math.max(usualNanos * factor, usualNanos + MIN_RISE_NANOS, quantile(values, 0.95) * ABOVE_USUAL_EXTREMES),
    fallNanos: Math.min(usualNanos / factor, quantile(values, 0.05) / ABOVE_USUAL_EXTREMES),
  };
}
