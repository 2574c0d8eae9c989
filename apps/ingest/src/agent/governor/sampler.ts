/**
 * Readings of a session → samples for the governor: what its groups cost since the look before. Now and then it has the
 * kernel count how long the programs run, for the time of one look; that corrects the price of a hit.
 */
import { type FamilyName, type FamilyUsage, GROUPS, type ProbeSession } from '@mapscope/probe';
import { type HitPrice, type Sample, costNanos, repriced } from '@mapscope/rollout';
import { firstPrices } from './prices.ts';

export type SampledSession = Pick<ProbeSession, 'manifest' | 'usage' | 'countRuns'>;

export interface SamplerNeeds {
  readonly session: SampledSession;
  readonly monotonicNanos: () => bigint;
  /** CPU time of the target until now; undefined: it is gone */
  readonly cpuNanos: () => number | undefined;
  readonly onProblem: (error: Error) => void;
}

export interface Sampler extends Disposable {
  /** undefined: the target is gone */
  readonly take: () => Sample | undefined;
}

interface Reading {
  readonly atNanos: number;
  readonly cpuNanos: number;
  readonly usage: readonly FamilyUsage[];
}

/** While fewer come in a look, a wrong price costs nobody anything. */
const WORTH_COUNTING_HITS = 1_000;
const COUNT_AGAIN_NANOS = 60e9;

export function createSampler({ session, monotonicNanos, cpuNanos, onProblem }: SamplerNeeds): Sampler {
  const read = (): Reading | undefined => {
    const cpu = cpuNanos();
    return cpu === undefined ? undefined : { atNanos: Number(monotonicNanos()), cpuNanos: cpu, usage: session.usage() };
  };
  const pricing = createPricing(session, onProblem);
  let last = read();
  const take = (): Sample | undefined => {
    const now = read();
    const before = last;
    last = now;
    if (now === undefined || before === undefined) return undefined;
    const used = differences(before.usage, now.usage);
    pricing.note(used, now.atNanos);
    return {
      atNanos: now.atNanos,
      elapsedNanos: Math.max(1, now.atNanos - before.atNanos),
      cpuNanos: Math.max(0, now.cpuNanos - before.cpuNanos),
      costNanos: costByGroup(used, pricing.priceOf),
    };
  };
  return { take, [Symbol.dispose]: pricing[Symbol.dispose] };
}

function differences(before: readonly FamilyUsage[], now: readonly FamilyUsage[]): readonly FamilyUsage[] {
  return now.map(({ family, hits, runs, nanos }) => {
    const old = before.find((usage) => usage.family === family);
    return { family, hits: hits - (old?.hits ?? 0), runs: runs - (old?.runs ?? 0), nanos: nanos - (old?.nanos ?? 0) };
  });
}

function costByGroup(
  used: readonly FamilyUsage[],
  priceOf: (family: FamilyName) => HitPrice,
): Readonly<Record<string, number>> {
  const groups = Object.entries(GROUPS).map(([group, families]) => {
    const members: readonly FamilyName[] = families;
    const own = used.filter(({ family }) => members.includes(family));
    return [group, own.reduce((sum, { family, hits }) => sum + costNanos(hits, priceOf(family)), 0)] as const;
  });
  return Object.fromEntries(groups);
}

interface Pricing extends Disposable {
  readonly note: (used: readonly FamilyUsage[], atNanos: number) => void;
  readonly priceOf: (family: FamilyName) => HitPrice;
}

const NOTHING: HitPrice = { trapNanos: 0, programNanos: 0 };

function createPricing(session: SampledSession, onProblem: (error: Error) => void): Pricing {
  const prices = new Map(firstPrices(session.manifest));
  let counting: Disposable | undefined;
  let nextCount = 0;
  const stop = (): void => {
    counting?.[Symbol.dispose]();
    counting = undefined;
  };
  const note = (used: readonly FamilyUsage[], atNanos: number): void => {
    for (const { family, ...counted } of used) prices.set(family, repriced(prices.get(family) ?? NOTHING, counted));
    const hits = used.reduce((sum, usage) => sum + usage.hits, 0);
    if (counting !== undefined) return stop();
    if (hits < WORTH_COUNTING_HITS || atNanos < nextCount) return;
    nextCount = atNanos + COUNT_AGAIN_NANOS;
    try {
      counting = session.countRuns();
    } catch (error) {
      // The calibrated price does without; not asked again on this target.
      nextCount = Number.POSITIVE_INFINITY;
      onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return { note, priceOf: (family) => prices.get(family) ?? NOTHING, [Symbol.dispose]: stop };
}
