/** Measuring: several runs after a warm-up, the median to quote, the single values kept. Pure but for the clock passed in. */

/** One published figure; names are stable (design §9). */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** absent where nothing was promised yet */
  readonly target?: number;
  readonly ok: boolean;
  readonly runs: readonly number[];
}

export interface Suite {
  readonly name: string;
  /** what the figures answer, and what makes the comparison fair */
  readonly question: string;
  readonly run: () => Promise<readonly Metric[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** Seconds of each counted run. */
export async function timeRuns(work: () => unknown, runs = 7, warmUps = 2): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < warmUps + runs; i++) {
    const started = performance.now();
    await work();
    if (i >= warmUps) seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}

export function metric(spec: Omit<Metric, 'value' | 'ok'>): Metric {
  const value = median(spec.runs);
  const { target, better } = spec;
  const ok = target === undefined || (better === 'lower' ? value <= target : value >= target);
  return { ...spec, value, ok };
}

/** Pair by pair, so that a machine whose speed drifts does not favour one side. */
export const ratios = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((value, index) => value / (b[index] ?? Number.NaN));
