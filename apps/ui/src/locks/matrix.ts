/** Who waited for whom, line by line: a field for each pair of them. Pure. */
import type { CodeSiteJson } from '@mapscope/contract';
import { fullPlace } from '../format/code-place.ts';

export interface Pair {
  readonly waiter: CodeSiteJson;
  readonly releasedAt: CodeSiteJson;
  readonly waits: number;
  readonly waitMs: number;
  readonly maxWaitMs: number;
}

export interface Field {
  readonly waits: number;
  readonly waitMs: number;
  readonly maxWaitMs: number;
  /** 0 … 6, by its part of the largest field */
  readonly shade: number;
}

export interface Matrix {
  readonly waiters: readonly CodeSiteJson[];
  readonly holders: readonly CodeSiteJson[];
  /** by waiter, then by holder; undefined: they did not meet */
  readonly fields: readonly (readonly (Field | undefined)[])[];
  /** pairs of lines that are in none of these rows and columns */
  readonly left: number;
}

/** More would not be read on one screen; the table has all. */
const MAX_SIDE = 8;
const SHADES = 7;

interface Sum {
  waits: number;
  waitMs: number;
  maxWaitMs: number;
}

/** Pairs of several platforms are one. Most waited first on both sides. */
export function matrixOf(pairs: readonly Pair[]): Matrix {
  const waiters = largest(pairs, ({ waiter }) => waiter);
  const holders = largest(pairs, ({ releasedAt }) => releasedAt);
  const sums = sumsOf(pairs);
  const most = Math.max(...[...sums.values()].map(({ waitMs }) => waitMs), Number.MIN_VALUE);
  const fields = waiters.map((waiter) =>
    holders.map((holder) => {
      const sum = sums.get(keyOf(waiter, holder));
      return sum && { ...sum, shade: Math.min(SHADES - 1, Math.floor((sum.waitMs / most) * SHADES)) };
    }),
  );
  const shown = fields.flat().filter((field) => field !== undefined).length;
  return { waiters, holders, fields, left: sums.size - shown };
}

const keyOf = (waiter: CodeSiteJson, holder: CodeSiteJson): string => `${fullPlace(waiter)}\n${fullPlace(holder)}`;

function sumsOf(pairs: readonly Pair[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { waiter, releasedAt, waits, waitMs, maxWaitMs } of pairs) {
    const sum = sums.get(keyOf(waiter, releasedAt)) ?? { waits: 0, waitMs: 0, maxWaitMs: 0 };
    sum.waits += waits;
    sum.waitMs += waitMs;
    sum.maxWaitMs = Math.max(sum.maxWaitMs, maxWaitMs);
    sums.set(keyOf(waiter, releasedAt), sum);
  }
  return sums;
}

function largest(pairs: readonly Pair[], siteOf: (pair: Pair) => CodeSiteJson): readonly CodeSiteJson[] {
  const sites = Map.groupBy(pairs, (pair) => fullPlace(siteOf(pair)));
  return [...sites.values()]
    .map((own) => ({ own, waitMs: own.reduce((sum, { waitMs }) => sum + waitMs, 0) }))
    .toSorted((a, b) => b.waitMs - a.waitMs)
    .slice(0, MAX_SIDE)
    .flatMap(({ own }) => own.slice(0, 1).map(siteOf));
}
