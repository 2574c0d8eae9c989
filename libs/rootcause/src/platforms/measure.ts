/** The numbers of one platform in one window, each with its interval. Pure. */
import type { Estimate } from '../answer.ts';
import { ratio, sumOf } from '../statistics/bootstrap.ts';
import { wilson } from '../statistics/proportions.ts';
import { quantile } from '../statistics/quantile.ts';
import type { PlatformMeasures } from './answer.ts';
import type { PlatformFacts } from './evidence.ts';
import { intervalOf, resample, type Resampled } from './resample.ts';
import type { Samples } from './samples.ts';

export interface Measured {
  readonly facts: PlatformFacts;
  readonly samples: Samples;
  readonly measures: PlatformMeasures;
  readonly drawn: Resampled;
}

export interface MeasureNeeds {
  readonly facts: PlatformFacts;
  readonly samples: Samples;
  readonly seconds: number;
  readonly seed: number;
}

export function measure({ facts, samples, seconds, seed }: MeasureNeeds): Measured {
  const { duration, wait, own } = samples;
  const n = duration.length;
  const drawn = resample(samples, facts.platform, seed);
  const waitingRequests = wait.reduce((count, nanos) => count + (nanos > 0 ? 1 : 0), 0);
  const mean = (values: Float64Array): number => (n === 0 ? 0 : sumOf(values.toSorted()) / n);
  const { cpu, mapOperations, mapConflicts } = facts;
  const shares = drawn.wait.map((each, k) => ratio(each, drawn.duration[k] ?? 0));
  const measures = {
    requests: facts.requests,
    requestsPerSecond: rate(facts.requests, seconds),
    processes: facts.processes,
    waitingRequests,
    waiting: wilson(waitingRequests, n),
    waitNanos: intervalOf(mean(wait), drawn.wait),
    p99Nanos: intervalOf(quantile(duration, 0.99), drawn.p99),
    contentionRatio: intervalOf(ratio(mean(wait), mean(duration)), shares),
    ownNanos: intervalOf(mean(own), drawn.own),
    ...(cpu !== undefined && cpu.requests > 0 && { cpuNanosPerRequest: cpu.nanos / cpu.requests }),
    ...(mapOperations > 0 && { conflicts: wilson(Math.min(mapConflicts, mapOperations), mapOperations) }),
  };
  return { facts, samples, measures, drawn };
}

const HALF_WIDTH = 1.959963984540054 / 2;

/** Events per second, Poisson: √n varies by a half whatever n is (Anscombe 1948; ± z/2 for 95 %). */
export function rate(events: number, seconds: number): Estimate {
  if (seconds <= 0) return { value: 0, low: 0, high: 0 };
  const low = Math.max(0, Math.sqrt(events) - HALF_WIDTH) ** 2;
  const high = (Math.sqrt(events + 1) + HALF_WIDTH) ** 2;
  return { value: events / seconds, low: low / seconds, high: high / seconds };
}
