/** Raw figures of libs/probe/bench/hits/hits.ts → metrics. Pure. */
import { metric, type Metric } from '../../measure.ts';

/** Nanoseconds of CPU an operation took, round by round; the three of one round followed each other. */
export interface HitCase {
  readonly name: string;
  readonly hitsPerOp: number;
  readonly off: readonly number[];
  readonly empty: readonly number[];
  readonly on: readonly number[];
}

export interface Hits {
  readonly goVersion: string;
  readonly trap: Pick<HitCase, 'off' | 'empty'>;
  readonly cases: readonly HitCase[];
}

/** Issue "probes in depth": counting in the kernel, a record in the ring. What walks stacks is published. */
const TARGETS: Readonly<Record<string, number>> = {
  map_read: 1.25,
  syncmap_load: 1.25,
  http_request: 1.4,
  gc_stop: 1.4,
  client_round_trip: 1.4,
};

export function hitMetrics({ trap, cases }: Hits): readonly Metric[] {
  const bare = trap.empty.map((nanos, round) => nanos - (trap.off[round] ?? Number.NaN));
  return [
    metric({ name: 'probe_hit_empty_ns', unit: 'ns', better: 'lower', runs: bare }),
    ...cases.flatMap(caseMetrics),
  ];
}

/** What the operation itself takes is subtracted from both. */
function caseMetrics({ name, hitsPerOp, off, empty, on }: HitCase): readonly Metric[] {
  const added = (nanos: readonly number[]): readonly number[] =>
    nanos.map((each, round) => each - (off[round] ?? Number.NaN));
  const [bare, ours] = [added(empty), added(on)];
  const target = TARGETS[name];
  return [
    metric({
      name: `probe_hit_${name}_over_empty`,
      unit: 'ratio',
      better: 'lower',
      ...(target === undefined ? {} : { target }),
      runs: ours.map((nanos, round) => nanos / (bare[round] ?? Number.NaN)),
    }),
    metric({
      name: `probe_hit_${name}_ns`,
      unit: 'ns',
      better: 'lower',
      runs: ours.map((nanos) => nanos / hitsPerOp),
    }),
  ];
}
