/** Raw figures of apps/ingest/bench/storage → metrics. Pure. */
import { metric, type Metric } from '../../measure.ts';

interface Bytes {
  readonly own: number;
  readonly exporter: number;
  readonly naive: number;
}

export interface Stored {
  readonly tables: Readonly<Record<string, Bytes>>;
  /** of a span: its share of the way from a trace id to its time */
  readonly lookup: number;
  /** of an event: its share of the roll-up */
  readonly rollups: Readonly<Record<string, number>>;
  /** a lock wait of the recorded demo shop */
  readonly captured: number;
}

const TARGETS: Readonly<Record<string, number>> = { map_events: 14, lock_waits: 25, otel_traces: 60 };

const bytes = (name: string, value: number, target?: number): Metric => {
  const spec = { name, unit: 'bytes per event', better: 'lower', runs: [value] } as const;
  return metric(target === undefined ? spec : { ...spec, target });
};

const ratio = (name: string, value: number): Metric => metric({ name, unit: 'ratio', better: 'higher', runs: [value] });

export function storageMetrics({ tables, lookup, rollups, captured }: Stored): readonly Metric[] {
  return [
    ...Object.entries(tables).flatMap(([kind, { own, exporter, naive }]) => {
      // The way from a trace id to its time is an index of spans; the exporter has the same table.
      const index = kind === 'otel_traces' ? lookup : 0;
      const [whole, theirs] = [own + index, exporter + index];
      return [
        bytes(`storage_${kind}`, whole, TARGETS[kind]),
        bytes(`storage_${kind}_exporter`, theirs),
        bytes(`storage_${kind}_naive`, naive),
        ratio(`storage_${kind}_exporter_over_own`, theirs / whole),
        ratio(`storage_${kind}_naive_over_own`, naive / whole),
      ];
    }),
    ...Object.entries(rollups).map(([kind, value]) => bytes(`storage_${kind}_rollup`, value)),
    bytes('storage_lock_waits_captured', captured),
  ];
}
