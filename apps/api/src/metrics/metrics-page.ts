/**
 * The page of metrics: what the api measures of itself, how things stand, and what the probed services did. The store is
 * asked when somebody scrapes, at most once in ten seconds; what was stored in between is taken once, however long
 * nobody scraped, up to an hour.
 */
import { type Clock, NANOS_PER_SECOND } from '@mapscope/events';
import type { LatencyObjective } from '@mapscope/slo';
import type { ProbeControl, QueryStore } from '../ports.ts';
import type { Family } from './exposition/family.ts';
import { type Format, writeFamilies } from './exposition/write.ts';
import { serviceFamilies, type ServiceFamilies } from './families/service-families.ts';
import { snapshotFamilies } from './families/snapshot-families.ts';
import { toOpenMetrics } from './open-metrics.ts';
import { takeSnapshot } from './snapshot.ts';

const KEEP_NANOS = 10n * NANOS_PER_SECOND;
/** A line of the ledger has its time before it can be read: this much later it surely can. */
const SETTLED_MILLIS = 3000;
const LONGEST_MILLIS = 3_600_000;

export interface MetricsNeeds {
  readonly store: QueryStore;
  readonly control: ProbeControl | null;
  readonly clock: Clock;
  readonly objective: LatencyObjective;
  /** where people open the pages, without a slash at the end */
  readonly publicUrl: () => string;
}

export function createStoreMetrics(needs: MetricsNeeds): () => Promise<readonly Family[]> {
  const { clock, store, control, objective, publicUrl } = needs;
  const grown = serviceFamilies(objective);
  const growth = growthFrom(store, grown);
  let shown: readonly Family[] = [];
  let freshUntil = 0n;
  let running: Promise<void> | undefined;
  const refresh = async (): Promise<void> => {
    const snapshot = await takeSnapshot(store, control, clock.unixNanos()).catch(() => undefined);
    for (const agent of snapshot?.agents ?? []) grown.know(agent);
    if (snapshot !== undefined) await growth().catch(() => undefined);
    shown = [...snapshotFamilies(snapshot, publicUrl()), ...objectiveFamilies(objective), ...grown.families()];
    freshUntil = clock.monotonicNanos() + KEEP_NANOS;
    running = undefined;
  };
  return async () => {
    if (running === undefined && clock.monotonicNanos() >= freshUntil) running = refresh();
    await running;
    return shown;
  };
}

/** Takes what was stored since the last time; the next time goes on where this one ended, also where it failed. */
function growthFrom(store: QueryStore, grown: ServiceFamilies): () => Promise<void> {
  let takenUntil: number | undefined;
  return async () => {
    const until = (await store.tail.nowUnixMillis()) - SETTLED_MILLIS;
    const from = Math.max(takenUntil ?? until, until - LONGEST_MILLIS);
    if (from < until) grown.take(await store.growth({ fromUnixMillis: from, toUnixMillis: until }, grown.bounds));
    takenUntil = until;
  };
}

const objectiveFamilies = ({ thresholdNanos, target }: LatencyObjective): readonly Family[] => [
  {
    name: 'mapscope_slo_latency_seconds',
    help: 'The objective: so long may a request take',
    type: 'gauge',
    samples: [{ labels: {}, value: thresholdNanos / 1e9 }],
  },
  {
    name: 'mapscope_slo_target_ratio',
    help: 'The objective: this part of requests',
    type: 'gauge',
    samples: [{ labels: {}, value: target }],
  },
];

/** `own`: what prom-client says of this process, in text. */
export function metricsPage(
  own: () => Promise<string>,
  families: () => Promise<readonly Family[]>,
): (format: Format) => Promise<string> {
  return async (format) => {
    const text = await own();
    const of = writeFamilies(await families(), format);
    return format === 'text' ? `${text.trimEnd()}\n${of}` : `${toOpenMetrics(text)}${of}# EOF\n`;
  };
}
