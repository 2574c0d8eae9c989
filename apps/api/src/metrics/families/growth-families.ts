/** What groups of families that grow have in common. Pure. */
import type { Durations, Growth } from '@mapscope/store';
import type { Family, Labels } from '../exposition/family.ts';
import type { Observed } from './growing.ts';

export interface Place {
  readonly service: string;
  readonly platform: string;
}

export interface GrowthFamilies {
  /** makes the series of rare events at zero: Prometheus sees growth only of what it has seen before */
  readonly know: (place: Place) => void;
  readonly take: (growth: Growth) => void;
  readonly families: () => readonly Family[];
}

export const NANOS = 1e9;

export const placeLabels = ({ service, platform }: Place): Labels => ({ service_name: service, platform });

export const toNanos = (seconds: readonly number[]): readonly number[] =>
  seconds.map((bound) => Math.round(bound * NANOS));

/** `bounds`: how many of those that were asked for are the histogram's. */
export function observedOf({ count, sumNanos, within, slowest }: Durations, bounds: number): Observed {
  const { traceId, nanos, atUnixNanos } = slowest;
  const exemplar = { traceId, value: nanos / NANOS, unixSeconds: Number(atUnixNanos / 1_000_000n) / 1000 };
  const sum = sumNanos / NANOS;
  return { count, sum, within: within.slice(0, bounds), exemplar: traceId === '' ? undefined : exemplar };
}
