/** Raw figures of apps/ingest/bench/store/steady.ts → metrics. Pure. */
import { metric, type Metric } from '../../measure.ts';

export interface Sample {
  readonly seconds: number;
  readonly writerMebibytes: number;
  readonly clickhouseMebibytes: number;
  readonly parts: number;
}

type Quantiles = readonly [p50: number, p99: number, largest: number];

export interface Steady {
  readonly eventsPerSecond: number;
  readonly published: number;
  readonly stored: number;
  /** from a batch's first row to its being stored */
  readonly ageMillis: Quantiles;
  /** from its last */
  readonly lagMillis: Quantiles;
  readonly samples: readonly Sample[];
}

const FRESH_TARGET_MILLIS = 1_500;
const LAG_TARGET_MILLIS = 1_000;
const PARTS_TARGET = 100;
/** A tenth of what the writer holds at most, an hour: over a day nothing to speak of. */
const SLOPE_TARGET = 32;

const single = (name: string, value: number, spec: Pick<Metric, 'unit'> & { readonly target?: number }): Metric =>
  metric({ name, better: 'lower', runs: [value], ...spec });

export function freshnessMetrics({ eventsPerSecond, published, stored, ageMillis }: Steady): readonly Metric[] {
  return [
    metric({ name: 'store_steady_load', unit: 'events/s', better: 'higher', runs: [eventsPerSecond] }),
    single('store_steady_lost', published - stored, { unit: 'events', target: 0 }),
    single('store_age_p50', ageMillis[0], { unit: 'ms' }),
    single('store_age_p99', ageMillis[1], { unit: 'ms', target: FRESH_TARGET_MILLIS }),
  ];
}

export function soakMetrics(steady: Steady): readonly Metric[] {
  const { eventsPerSecond, published, stored, ageMillis, lagMillis, samples } = steady;
  const slope = (of: (sample: Sample) => number): number => perHour(settled(samples), of);
  const largest = (of: (sample: Sample) => number): number => Math.max(...samples.map(of));
  return [
    metric({ name: 'soak_load', unit: 'events/s', better: 'higher', runs: [eventsPerSecond] }),
    single('soak_lost', published - stored, { unit: 'events', target: 0 }),
    single(
      'soak_writer_slope',
      slope((s) => s.writerMebibytes),
      { unit: 'MiB/h', target: SLOPE_TARGET },
    ),
    single(
      'soak_clickhouse_slope',
      slope((s) => s.clickhouseMebibytes),
      { unit: 'MiB/h', target: SLOPE_TARGET },
    ),
    single(
      'soak_writer_peak',
      largest((s) => s.writerMebibytes),
      { unit: 'MiB' },
    ),
    single(
      'soak_clickhouse_peak',
      largest((s) => s.clickhouseMebibytes),
      { unit: 'MiB' },
    ),
    single(
      'soak_parts',
      largest((s) => s.parts),
      { unit: 'parts of a table', target: PARTS_TARGET },
    ),
    single('soak_lag_p99', lagMillis[1], { unit: 'ms', target: LAG_TARGET_MILLIS }),
    single('soak_lag_largest', lagMillis[2], { unit: 'ms' }),
    single('soak_age_p99', ageMillis[1], { unit: 'ms' }),
  ];
}

/** Of the second half: before, caches fill. */
const settled = (samples: readonly Sample[]): readonly Sample[] => samples.slice(Math.floor(samples.length / 2));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The slope that fits best (least squares). */
function perHour(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const [meanTime, meanValue] = [mean(samples.map(({ seconds }) => seconds)), mean(samples.map(of))];
  let [both, time] = [0, 0];
  for (const sample of samples) {
    both += (sample.seconds - meanTime) * (of(sample) - meanValue);
    time += (sample.seconds - meanTime) ** 2;
  }
  return (both / time) * 3_600;
}
